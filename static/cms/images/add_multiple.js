// The fields above the drop zone belong to Wagtail's upload form, which has no id of its own.
// (Deferred: the scripts of the page stand before that form.)
document.querySelector(".drop-zone form").id = "upload-form";
