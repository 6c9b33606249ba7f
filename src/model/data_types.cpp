// SPDX-License-Identifier: Apache-2.0
#include "model/data_types.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::model {
namespace {

using enum TypeKind;

constexpr DataType type_table[] = {
    {"xnat:projectData", "", "xnat:Project", "Projects", project},
    {"xnat:subjectData", "", "xnat:Subject", "Subjects", subject},
    {"xnat:experimentData", "", "xnat:Experiment", "", abstract},
    {"xnat:subjectAssessorData", "xnat:experimentData", "xnat:SubjectAssessor", "", abstract},
    {"xnat:imageSessionData", "xnat:subjectAssessorData", "xnat:ImageSession", "", abstract},
    {"xnat:mrSessionData", "xnat:imageSessionData", "xnat:MRSession", "MR Sessions", session},
    {"xnat:petSessionData", "xnat:imageSessionData", "xnat:PETSession", "PET Sessions", session},
    {"xnat:petmrSessionData",
     "xnat:imageSessionData",
     "xnat:PETMRSession",
     "PET MR Sessions",
     session},
    {"xnat:ctSessionData", "xnat:imageSessionData", "xnat:CTSession", "CT Sessions", session},
    {"xnat:xaSessionData", "xnat:imageSessionData", "xnat:XASession", "XA Sessions", session},
    {"xnat:usSessionData", "xnat:imageSessionData", "xnat:USSession", "US Sessions", session},
    {"xnat:crSessionData", "xnat:imageSessionData", "xnat:CRSession", "CR Sessions", session},
    {"xnat:dxSessionData", "xnat:imageSessionData", "xnat:DXSession", "DX Sessions", session},
    {"xnat:mgSessionData", "xnat:imageSessionData", "xnat:MGSession", "MG Sessions", session},
    {"xnat:nmSessionData", "xnat:imageSessionData", "xnat:NMSession", "NM Sessions", session},
    {"xnat:rfSessionData", "xnat:imageSessionData", "xnat:RFSession", "RF Sessions", session},
    {"xnat:rtSessionData", "xnat:imageSessionData", "xnat:RTSession", "RT Sessions", session},
    {"xnat:srSessionData", "xnat:imageSessionData", "xnat:SRSession", "SR Sessions", session},
    {"xnat:optSessionData", "xnat:imageSessionData", "xnat:OPTSession", "OPT Sessions", session},
    {"xnat:opSessionData", "xnat:imageSessionData", "xnat:OPSession", "OP Sessions", session},
    {"xnat:xcvSessionData", "xnat:imageSessionData", "xnat:XCVSession", "XCV Sessions", session},
    {"xnat:ecgSessionData", "xnat:imageSessionData", "xnat:ECGSession", "ECG Sessions", session},
    {"xnat:epsSessionData", "xnat:imageSessionData", "xnat:EPSSession", "EPS Sessions", session},
    {"xnat:smSessionData", "xnat:imageSessionData", "xnat:SMSession", "SM Sessions", session},
    {"xnat:gmSessionData", "xnat:imageSessionData", "xnat:GMSession", "GM Sessions", session},
    {"xnat:hdSessionData", "xnat:imageSessionData", "xnat:HDSession", "HD Sessions", session},
    {"xnat:ioSessionData", "xnat:imageSessionData", "xnat:IOSession", "IO Sessions", session},
    {"xnat:eegSessionData", "xnat:imageSessionData", "xnat:EEGSession", "EEG Sessions", session},
    {"xnat:megSessionData", "xnat:imageSessionData", "xnat:MEGSession", "MEG Sessions", session},
    {"xnat:otherDicomSessionData",
     "xnat:imageSessionData",
     "xnat:OtherDicomSession",
     "Other DICOM Sessions",
     session},
    {"xnat:derivedData", "xnat:experimentData", "xnat:Derived", "", abstract},
    {"xnat:imageAssessorData",
     "xnat:derivedData",
     "xnat:ImageAssessor",
     "Image Assessors",
     assessor},
    {"xnat:mrAssessorData", "xnat:imageAssessorData", "xnat:MRAssessor", "MR Assessors", assessor},
    {"xnat:petAssessorData",
     "xnat:imageAssessorData",
     "xnat:PETAssessor",
     "PET Assessors",
     assessor},
    {"xnat:ctAssessorData", "xnat:imageAssessorData", "xnat:CTAssessor", "CT Assessors", assessor},
    {"xnat:qcAssessmentData", "xnat:imageAssessorData", "xnat:QCAssessment", "Auto QCs", assessor},
    {"xnat:qcManualAssessorData",
     "xnat:imageAssessorData",
     "xnat:QCManualAssessment",
     "Manual QCs",
     assessor},
    {"xnat:imageScanData", "", "xnat:ImageScan", "", abstract},
    {"xnat:mrScanData", "xnat:imageScanData", "xnat:MRScan", "MR Scans", scan},
    {"xnat:petScanData", "xnat:imageScanData", "xnat:PETScan", "PET Scans", scan},
    {"xnat:ctScanData", "xnat:imageScanData", "xnat:CTScan", "CT Scans", scan},
    {"xnat:xaScanData", "xnat:imageScanData", "xnat:XAScan", "XA Scans", scan},
    {"xnat:usScanData", "xnat:imageScanData", "xnat:USScan", "US Scans", scan},
    {"xnat:crScanData", "xnat:imageScanData", "xnat:CRScan", "CR Scans", scan},
    {"xnat:dxScanData", "xnat:imageScanData", "xnat:DXScan", "DX Scans", scan},
    {"xnat:mgScanData", "xnat:imageScanData", "xnat:MGScan", "MG Scans", scan},
    {"xnat:nmScanData", "xnat:imageScanData", "xnat:NMScan", "NM Scans", scan},
    {"xnat:rfScanData", "xnat:imageScanData", "xnat:RFScan", "RF Scans", scan},
    {"xnat:rtImageScanData", "xnat:imageScanData", "xnat:RTImageScan", "RT Image Scans", scan},
    {"xnat:optScanData", "xnat:imageScanData", "xnat:OPTScan", "OPT Scans", scan},
    {"xnat:opScanData", "xnat:imageScanData", "xnat:OPScan", "OP Scans", scan},
    {"xnat:xcvScanData", "xnat:imageScanData", "xnat:XCVScan", "XCV Scans", scan},
    {"xnat:ecgScanData", "xnat:imageScanData", "xnat:ECGScan", "ECG Scans", scan},
    {"xnat:epsScanData", "xnat:imageScanData", "xnat:EPSScan", "EPS Scans", scan},
    {"xnat:smScanData", "xnat:imageScanData", "xnat:SMScan", "SM Scans", scan},
    {"xnat:gmScanData", "xnat:imageScanData", "xnat:GMScan", "GM Scans", scan},
    {"xnat:hdScanData", "xnat:imageScanData", "xnat:HDScan", "HD Scans", scan},
    {"xnat:ioScanData", "xnat:imageScanData", "xnat:IOScan", "IO Scans", scan},
    {"xnat:esvScanData", "xnat:imageScanData", "xnat:ESVScan", "ESV Scans", scan},
    {"xnat:gmvScanData", "xnat:imageScanData", "xnat:GMVScan", "GMV Scans", scan},
    {"xnat:eegScanData", "xnat:imageScanData", "xnat:EEGScan", "EEG Scans", scan},
    {"xnat:megScanData", "xnat:imageScanData", "xnat:MEGScan", "MEG Scans", scan},
    {"xnat:scScanData", "xnat:imageScanData", "xnat:SCScan", "SC Scans", scan},
    {"xnat:segScanData", "xnat:imageScanData", "xnat:SegScan", "Seg Scans", scan},
    {"xnat:srScanData", "xnat:imageScanData", "xnat:SRScan", "SR Scans", scan},
    {"xnat:otherDicomScanData",
     "xnat:imageScanData",
     "xnat:OtherDicomScan",
     "Other DICOM Scans",
     scan},
    {"xnat:reconstructedImageData",
     "",
     "xnat:ReconstructedImage",
     "Reconstructions",
     reconstruction},
};

constexpr std::string_view a_project = "xnat:projectData";
constexpr std::string_view a_subject = "xnat:subjectData";
constexpr std::string_view an_experiment = "xnat:experimentData";
constexpr std::string_view an_image_session = "xnat:imageSessionData";
constexpr std::string_view a_scan = "xnat:imageScanData";
constexpr std::string_view an_mr_scan = "xnat:mrScanData";
constexpr std::string_view a_reconstruction = "xnat:reconstructedImageData";

constexpr Field field_table[] = {
    {a_project, "ID", "ID"},
    {a_project, "secondary_ID", "secondary_ID"},
    {a_project, "name", "name"},
    {a_project, "description", "description"},
    {a_project, "keywords", "keywords"},
    {a_project, "aliases/alias/alias", "alias"},
    {a_project, "PI/firstname", "pi_firstname"},
    {a_project, "PI/lastname", "pi_lastname"},
    {a_project, "note", "note"},

    {a_subject, "ID", "ID"},
    {a_subject, "label", "label"},
    {a_subject, "project", "project"},
    {a_subject, "group", "group"},
    {a_subject, "src", "src"},
    {a_subject, "investigator/firstname", "pi_firstname"},
    {a_subject, "investigator/lastname", "pi_lastname"},
    {a_subject, "demographics/dob", "dob", FieldKind::date},
    {a_subject, "demographics/yob", "yob", FieldKind::integer},
    {a_subject, "demographics/age", "age", FieldKind::integer},
    {a_subject, "demographics/gender", "gender"},
    {a_subject, "demographics/handedness", "handedness"},
    {a_subject, "demographics/ses", "ses", FieldKind::integer},
    {a_subject, "demographics/education", "education", FieldKind::integer},
    {a_subject, "demographics/educationDesc", "educationDesc"},
    {a_subject, "demographics/race", "race"},
    {a_subject, "demographics/ethnicity", "ethnicity"},
    {a_subject, "demographics/weight", "weight", FieldKind::number},
    {a_subject, "demographics/height", "height", FieldKind::number},
    {a_subject, "demographics/gestational_age", "gestational_age", FieldKind::number},
    {a_subject, "demographics/post_menstrual_age", "post_menstrual_age", FieldKind::number},
    {a_subject, "demographics/birth_weight", "birth_weight", FieldKind::number},

    {an_experiment, "ID", "ID"},
    {an_experiment, "label", "label"},
    {an_experiment, "project", "project"},
    {an_experiment, "visit_id", "visit_id"},
    {an_experiment, "visit", "visit"},
    {an_experiment, "protocol", "protocol"},
    {an_experiment, "date", "date", FieldKind::date},
    {an_experiment, "time", "time", FieldKind::time},
    {an_experiment, "duration", ""},
    {an_experiment, "note", "note"},
    {an_experiment, "acquisition_site", ""},
    {an_experiment, "investigator/firstname", "pi_firstname"},
    {an_experiment, "investigator/lastname", "pi_lastname"},
    {an_experiment, "validation/method", "validation_method"},
    {an_experiment, "validation/status", "validation_status"},
    {an_experiment, "validation/date", "validation_date", FieldKind::date},
    {an_experiment, "validation/notes", "validation_notes"},
    {"xnat:subjectAssessorData", "subject_ID", "subject_ID"},
    {"xnat:subjectAssessorData", "age", "age", FieldKind::number},
    {"xnat:derivedData", "imageSession_ID", "session_ID"},
    {an_image_session, "scanner", "scanner"},
    {an_image_session, "scanner/manufacturer", ""},
    {an_image_session, "scanner/model", ""},
    {an_image_session, "operator", "operator"},
    {an_image_session, "dcmAccessionNumber", "dcmAccessionNumber"},
    {an_image_session, "dcmPatientId", "dcmPatientId"},
    {an_image_session, "dcmPatientName", "dcmPatientName"},
    {an_image_session, "dcmPatientBirthDate", "", FieldKind::date},
    {an_image_session, "dcmPatientWeight", "", FieldKind::number},
    {an_image_session, "session_type", "session_type"},
    {an_image_session, "modality", "modality"},
    {an_image_session, "UID", "UID"},
    {an_image_session, "UID", "studyInstanceUID"},
    {an_image_session, "study_id", ""},
    {an_image_session, "studyType", "studyType"},
    {an_image_session, "patientID", "patientID"},
    {an_image_session, "patientName", "patientName"},
    {"xnat:mrSessionData", "coil", "coil"},
    {"xnat:mrSessionData", "fieldStrength", "fieldStrength"},
    {"xnat:mrSessionData", "marker", "marker"},
    {"xnat:mrSessionData", "stabilization", "stabilization"},

    {a_scan, "ID", "ID"},
    {a_scan, "type", "type"},
    {a_scan, "UID", "UID"},
    {a_scan, "note", "note"},
    {a_scan, "quality", "quality"},
    {a_scan, "condition", "condition"},
    {a_scan, "series_description", "series_description"},
    {a_scan, "documentation", "documentation"},
    {a_scan, "scanner", "scanner"},
    {a_scan, "scanner/manufacturer", ""},
    {a_scan, "scanner/model", ""},
    {a_scan, "modality", "modality"},
    {a_scan, "frames", "frames", FieldKind::integer},
    {a_scan, "operator", ""},
    {a_scan, "startTime", "startTime", FieldKind::time},
    {a_scan, "start_date", "", FieldKind::date},
    {a_scan, "protocolName", ""},
    {a_scan, "bodyPartExamined", ""},
    {a_scan, "requestedProcedureDescription", ""},
    {a_scan, "validation/method", "validation_method"},
    {a_scan, "validation/status", "validation_status"},
    {a_scan, "validation/date", "validation_date", FieldKind::date},
    {a_scan, "validation/notes", "validation_notes"},
    {an_mr_scan, "coil", "coil"},
    {an_mr_scan, "fieldStrength", "fieldStrength"},
    {an_mr_scan, "marker", "marker"},
    {an_mr_scan, "stabilization", "stabilization"},
    {an_mr_scan, "parameters/voxelRes/x", "", FieldKind::number},
    {an_mr_scan, "parameters/voxelRes/y", "", FieldKind::number},
    {an_mr_scan, "parameters/voxelRes/z", "", FieldKind::number},
    {an_mr_scan, "parameters/voxelRes/units", ""},
    {an_mr_scan, "parameters/fov/x", "", FieldKind::integer},
    {an_mr_scan, "parameters/fov/y", "", FieldKind::integer},
    {an_mr_scan, "parameters/tr", "", FieldKind::number},
    {an_mr_scan, "parameters/te", "", FieldKind::number},
    {an_mr_scan, "parameters/ti", "", FieldKind::number},
    {an_mr_scan, "parameters/flip", "", FieldKind::integer},
    {an_mr_scan, "parameters/sequence", ""},
    {an_mr_scan, "parameters/imageType", ""},
    {an_mr_scan, "parameters/scanSequence", ""},
    {an_mr_scan, "parameters/seqVariant", ""},
    {an_mr_scan, "parameters/scanOptions", ""},
    {an_mr_scan, "parameters/acqType", ""},
    {an_mr_scan, "parameters/pixelBandwidth", "", FieldKind::number},
    {an_mr_scan, "parameters/orientation", ""},

    {a_reconstruction, "ID", "ID"},
    {a_reconstruction, "type", "type"},
    {a_reconstruction, "baseScanType", "baseScanType"},
};

bool is_iso_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    const auto year = parse_integer<int>(text.substr(0, 4));
    const auto month = parse_integer<unsigned>(text.substr(5, 2));
    const auto day = parse_integer<unsigned>(text.substr(8, 2));
    return year && month && day &&
           std::chrono::year_month_day(
               std::chrono::year(*year), std::chrono::month(*month), std::chrono::day(*day)
           )
               .ok();
}

std::optional<std::string> normalise_boolean(std::string_view text) {
    if (text == "1" || equals_ignoring_case(text, "true")) return "true";
    if (text == "0" || equals_ignoring_case(text, "false")) return "false";
    return {};
}

std::optional<std::string> normalise_time(std::string_view text) {
    const auto parts = split(text.substr(0, text.find('.')), ':');
    if (parts.size() != 3) return {};
    constexpr std::array limits{23, 59, 60};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto value = parse_integer<int>(parts[i]);
        if (parts[i].size() != 2 || !value || *value < 0 || *value > limits[i]) return {};
    }
    return std::string(text);
}

std::optional<std::string> normalise_number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    // JSON has no word for infinity, nor for what is not a number.
    if (!std::isfinite(value)) return {};
    return std::string(text);
}

std::optional<std::string> normalise(FieldKind kind, std::string_view value) {
    switch (kind) {
        case FieldKind::text: return std::string(value);
        case FieldKind::integer:
            return parse_integer<long long>(value) ? std::optional(std::string(value))
                                                   : std::nullopt;
        case FieldKind::number: return normalise_number(value);
        case FieldKind::boolean: return normalise_boolean(value);
        case FieldKind::date: return parse_date(value);
        case FieldKind::time: return normalise_time(value);
    }
    return {};
}

std::string_view kind_name(FieldKind kind) {
    switch (kind) {
        case FieldKind::text: return "a text";
        case FieldKind::integer: return "a whole number";
        case FieldKind::number: return "a number";
        case FieldKind::boolean: return "true or false";
        case FieldKind::date: return "a date (yyyy-MM-dd or MM/DD/YYYY)";
        case FieldKind::time: return "a time (HH:mm:ss)";
    }
    return "";
}

}  // namespace

std::span<const DataType> data_types() {
    return type_table;
}

const DataType* find_data_type(std::string_view name) {
    for (const auto& type : type_table) {
        if (equals_ignoring_case(type.name, name) || equals_ignoring_case(type.element, name)) {
            return &type;
        }
    }
    return nullptr;
}

bool is_a(std::string_view type, std::string_view ancestor) {
    const auto* wanted = find_data_type(ancestor);
    for (const auto* at = find_data_type(type); at != nullptr; at = find_data_type(at->parent)) {
        if (at == wanted) return true;
        if (at->parent.empty()) return false;
    }
    return false;
}

std::vector<std::string> with_subtypes(std::string_view type) {
    std::vector<std::string> names;
    for (const auto& candidate : type_table) {
        if (is_a(candidate.name, type)) names.emplace_back(candidate.name);
    }
    return names;
}

std::span<const Field> fields() {
    return field_table;
}

const Field* find_field(std::string_view type, std::string_view path) {
    for (const auto& field : field_table) {
        if (equals_ignoring_case(field.path, path) && is_a(type, field.type)) return &field;
    }
    return nullptr;
}

const Field* find_shortcut(std::string_view type, std::string_view shortcut) {
    if (shortcut.empty()) return nullptr;
    for (const auto& field : field_table) {
        if (equals_ignoring_case(field.shortcut, shortcut) && is_a(type, field.type)) {
            return &field;
        }
    }
    return nullptr;
}

std::string plain_path(std::string_view path) {
    constexpr std::string_view opening = "[@xsi:type=";
    std::string result(path);
    for (auto at = result.find(opening); at != std::string::npos; at = result.find(opening, at)) {
        const auto end = result.find(']', at);
        if (end == std::string::npos) break;
        result.erase(at, end + 1 - at);
    }
    return result;
}

std::optional<std::string> parse_date(std::string_view text) {
    std::string iso(text);
    if (text.size() == 10 && text[2] == '/' && text[5] == '/') {
        iso = std::string(text.substr(6, 4)) + "-" + std::string(text.substr(0, 2)) + "-" +
              std::string(text.substr(3, 2));
    }
    if (!is_iso_date(iso)) return {};
    return iso;
}

std::string normalise_value(const Field& field, std::string_view value) {
    if (auto normal = normalise(field.kind, value)) return *std::move(normal);
    throw Error(
        ErrorKind::invalid_argument,
        "'" + std::string(value) + "' is not " + std::string(kind_name(field.kind)) + ", which " +
            std::string(field.path) + " must be"
    );
}

}  // namespace larmor::model
