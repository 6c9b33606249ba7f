#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each rule of tidy.py bites on a small tree that breaks it, and leaves a good tree alone."""
import pathlib
import tempfile
import unittest

import tidy

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
LIST = "# SPDX-License-Identifier: Apache-2.0\n"


class Tidy(unittest.TestCase):
    def found(self, files):
        """What tidy says of a tree of these files; code gets its licence line and is listed."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return [f"{p.relative_to(root)}:{n}: {t}" for p, n, t in tidy.problems(root)]

    def source(self, module, text, name="x.cpp"):
        return self.found({
            f"src/{module}/CMakeLists.txt": LIST + f"add_module({module} SOURCES {name})\n",
            f"src/{module}/{name}": SPDX + text,
        })

    def header(self, module, text):
        return self.source(module, "#pragma once\n" + text, "x.hpp")

    def assert_bites(self, found, words):
        self.assertTrue(any(words in line for line in found), f"'{words}' not in {found}")

    def test_a_good_tree_is_left_alone(self):
        self.assertEqual(self.source("http", '#include "base/error.hpp"\n'), [])
        self.assertEqual(self.header("catalog", '#include "model/tree.hpp"\n'), [])
        self.assertEqual(self.source("http", "#include <boost/beast/http.hpp>\n"), [])

    def test_layers(self):
        self.assert_bites(self.source("base", '#include "http/server.hpp"\n'),
                          "base must not include http")
        self.assert_bites(self.source("api", '#include "catalog/files.hpp"\n'),
                          "api must not include catalog")
        self.assert_bites(self.source("http", '#include "request.hpp"\n'), "module/file.hpp")
        self.assert_bites(self.source("utils", ""), "'utils' is no module")

    def test_foreign_libraries_stay_behind_their_door(self):
        for module, name in (("catalog", "soci/soci.h"), ("api", "openssl/sha.h"),
                             ("archive", "dcmtk/dcmdata/dctk.h"), ("auth", "boost/asio.hpp"),
                             ("http", "sqlite3.h"), ("server", "spdlog/spdlog.h")):
            self.assert_bites(self.source(module, f"#include <{name}>\n"), "only")

    def test_what_is_slow_to_compile_is_in_no_header(self):
        for module, name in (("http", "boost/beast.hpp"), ("http", "boost/asio.hpp"),
                             ("base", "spdlog/spdlog.h")):
            self.assert_bites(self.header(module, f"#include <{name}>\n"), "no header of ours")

    def test_no_header_opens_a_door_to_another_module(self):
        files = {"src/sql/inner.hpp": SPDX + "#pragma once\n#include <soci/soci.h>\n",
                 "src/sql/outer.hpp": SPDX + '#pragma once\n#include "sql/inner.hpp"\n',
                 "src/catalog/x.hpp": SPDX + '#pragma once\n#include "model/tree.hpp"\n'}
        self.assertEqual(self.found(files), [])
        files["src/catalog/x.hpp"] = SPDX + '#pragma once\n#include "sql/outer.hpp"\n'
        self.assert_bites(self.found(files), "src/sql/inner.hpp:1: shows <soci/soci.h>")

    def test_three_sources_include_beast_and_no_more(self):
        names = ["a.cpp", "b.cpp", "c.cpp", "d.cpp"]
        files = {f"src/http/{n}": SPDX + "#include <boost/beast.hpp>\n" for n in names}
        files["src/http/CMakeLists.txt"] = LIST + " ".join(names)
        self.assertEqual(len(self.found(files)), 1)
        del files["src/http/d.cpp"]
        self.assertEqual(self.found(files), [])

    def test_sizes(self):
        self.assert_bites(self.source("base", "// " + "x" * 98 + "\n"), "exceeds 100 columns")
        self.assertEqual(self.source("base", "// " + "ü" * 97 + "\n"), [])
        self.assert_bites(self.source("base", "//\n" * 500), "more than 500 lines")
        self.assertEqual(self.source("base", "//\n" * 499), [])

    def test_a_source_a_test_and_a_bench_must_be_listed(self):
        for name in ("y.cpp", "x_test.cpp", "x_bench.cpp", "sub/x.cpp", "xx.cpp"):
            files = {"src/base/CMakeLists.txt": LIST + "x.cpp yy.cpp\n",
                     f"src/base/{name}": SPDX}
            self.assert_bites(self.found(files), "not listed")
        elsewhere = {"src/base/CMakeLists.txt": LIST, "src/sql/CMakeLists.txt": LIST + "x.cpp",
                     "src/base/x.cpp": SPDX}
        self.assert_bites(self.found(elsewhere), "src/base/x.cpp:1: not listed")

    def test_every_source_script_and_cmake_file_names_its_licence(self):
        for name in ("src/base/x.hpp", "tests/test_x.py", "tools/x.sh", "cmake/x.cmake",
                     "CMakeLists.txt", "run", ".ci/run"):
            self.assert_bites(self.found({name: "#!/bin/sh\n\n\n" + LIST}), "SPDX")
            self.assertNotIn("SPDX", str(self.found({name: "#!/bin/sh\n" + LIST})))

    def test_a_test_is_not_switched_off_without_a_reason(self):
        bare = {"src": ["TEST(A, DISABLED_B) {}", "    GTEST_SKIP();"],
                "tests": ["@pytest.mark.skip", "@pytest.mark.skip()", "    pytest.skip()",
                          "@pytest.mark.skipif(True)", "@pytest.mark.xfail"]}
        for line in bare["src"]:
            self.assert_bites(self.source("base", line + "\n"), "without a reason")
        for line in bare["tests"]:
            self.assert_bites(self.found({"tests/test_x.py": LIST + line + "\n"}),
                              "without a reason")

    def test_a_reason_is_enough(self):
        self.assertEqual(self.source("base", '    GTEST_SKIP() << "no network";\n'), [])
        self.assertEqual(self.source("base", "// The kernel here is too old.\n"
                                             "TEST(A, DISABLED_B) {}\n"), [])
        for line in ('pytest.skip("no data")', '@pytest.mark.skip(reason="later")',
                     '@pytest.mark.skipif(not DATA, reason="no data")',
                     '@pytest.mark.skipif(\n    not DATA, reason="no data")'):
            self.assertEqual(self.found({"tests/test_x.py": LIST + line + "\n"}), [])

    def test_markers_and_using_namespace(self):
        marker = "TO" + "DO"
        self.assert_bites(self.source("base", f"// {marker}: later\n"), "left-over marker")
        self.assert_bites(self.source("base", "using namespace std;\n"), "using namespace")
        self.assertEqual(self.source("base", "using namespace std::chrono_literals;\n"), [])

    def test_a_header_is_included_once(self):
        self.assert_bites(self.source("base", "int x();\n", "x.hpp"), "#pragma once")


if __name__ == "__main__":
    unittest.main()
