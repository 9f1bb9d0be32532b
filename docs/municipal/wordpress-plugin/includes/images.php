<?php
/*
 * Pictures of documents, copied into the media library once, found again by a name made of their address at
 * Razem, and deleted when no document that we hold shows them any more: withdrawn there is withdrawn here.
 */
namespace Razem;

defined('ABSPATH') || exit;

const SOURCE_META = '_razem_url';  // marks what is ours, and nothing else is ever deleted
const FOLDER = 'razem';            // in the folder of uploads
const MOST_IMAGE_BYTES = 8 * 1024 * 1024;
const MOST_PIXELS = 40 * 1000 * 1000;
const IMAGE_KINDS = ['image/jpeg' => 'jpg', 'image/png' => 'png', 'image/webp' => 'webp', 'image/gif' => 'gif'];

/**
 * Copy what is due, until the deadline. Return whether nothing is left to do now. A run that Razem's own failure ended
 * is followed by one that begins with the next document, so that one picture does not hold up the others.
 */
function copy_images(Lock $lock, Deadline $deadline): bool {
    global $wpdb;
    $due = $wpdb->get_col($wpdb->prepare('SELECT id FROM ' . table() . ' WHERE images_due = 1 AND images_attempts < %d ORDER BY images_attempts, id <= %s, id', MOST_IMAGE_ATTEMPTS, (string) status('images_ended_at')));
    foreach ($due as $id) {
        if ($deadline->is_over()) {
            return false;
        }
        $row = $wpdb->get_row($wpdb->prepare('SELECT version, document FROM ' . table() . ' WHERE id = %s', $id));
        $document = $row ? decoded($row->document) : null;
        if (!$document) {
            continue;
        }
        $this_version = $wpdb->prepare('WHERE id = %s AND version = %d', $id, $row->version);
        // Counted before, so that a picture that ends the whole process is given up too.
        sql('UPDATE ' . table() . " SET images_attempts = images_attempts + 1 $this_version");
        try {
            $is_whole = copy_images_of($document, $lock);
        } catch (Trouble $trouble) {  // not the pictures' fault: it does not count
            sql('UPDATE ' . table() . " SET images_attempts = images_attempts - 1 $this_version AND images_attempts > 0");
            note(['images_ended_at' => $id]);
            throw $trouble;
        }
        if ($is_whole) {
            sql('UPDATE ' . table() . " SET images_due = 0, images_attempts = 0 $this_version");
        }
    }
    return true;
}

/** Copy the pictures of a document. Return whether all are there; throw the trouble that every other would meet too. */
function copy_images_of(array $document, Lock $lock): bool {
    $is_whole = true;
    foreach (images_of($document) as $url => $about) {
        $lock->confirm();
        try {
            copy_image($url, $about);
        } catch (Trouble $trouble) {
            note(['image_error' => "„{$document['title']}”: " . $trouble->getMessage(), 'image_error_at' => time()]);
            if ($trouble->is_general) {
                throw $trouble;
            }
            $is_whole = false;
        }
    }
    return $is_whole;
}

function name_of(string $url): string {
    return 'razem-' . substr(hash('sha256', $url), 0, 32);
}

/** Return attachments by the addresses that they were copied from: url => id. Those half made are left out. */
function attachments_of(array $urls): array {
    $names = array_map(__NAMESPACE__ . '\name_of', $urls);
    $ids = [];
    foreach ($names ? get_posts(['post_type' => 'attachment', 'post_status' => 'inherit', 'post_name__in' => $names, 'numberposts' => -1, 'update_post_term_cache' => false]) : [] as $post) {
        $ids[$post->post_name] = $post->ID;
    }
    $found = [];
    foreach ($urls as $url) {
        $id = $ids[name_of($url)] ?? 0;
        if ($id && get_post_meta($id, SOURCE_META, true) === $url && get_post_meta($id, '_wp_attachment_metadata', true)) {
            $found[$url] = $id;
        }
    }
    return $found;
}

/** Return the same for a page that is being shown, asking the database once for each address. */
function shown_copies(array $urls): array {
    static $known = [];
    $new = array_values(array_diff($urls, array_keys($known)));
    $known += attachments_of($new) + array_fill_keys($new, 0);
    return array_filter(array_intersect_key($known, array_flip($urls)));
}

/** Copy one picture unless it is there; see that its alternative text is right. */
function copy_image(string $url, array $about): void {
    global $wpdb;
    $there = attachments_of([$url])[$url] ?? 0;
    if ($there) {
        describe($there, $about);
        return;
    }
    [$bytes, $kind] = fetch_image($url);
    $path = write_file(name_of($url) . '.' . IMAGE_KINDS[$kind], $bytes);
    // What a killed run left half made is finished rather than made twice.
    $half = (int) $wpdb->get_var($wpdb->prepare("SELECT ID FROM $wpdb->posts WHERE post_type = 'attachment' AND post_name = %s", name_of($url)));
    $id = wp_insert_attachment(wp_slash([
        'ID' => $half,
        'post_name' => name_of($url),
        'post_title' => $about['alt'] !== '' ? $about['alt'] : 'Obraz z Razem',
        'post_mime_type' => $kind,
        'post_status' => 'inherit',
        'meta_input' => [SOURCE_META => $url],
    ]), $path, 0, true);
    if (is_wp_error($id)) {
        throw Trouble::of_one_thing('nie udało się dodać obrazu do biblioteki mediów: ' . $id->get_error_message());
    }
    describe($id, $about);
    require_once ABSPATH . 'wp-admin/includes/image.php';
    wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $path));
}

function describe(int $id, array $about): void {
    update_post_meta($id, '_wp_attachment_image_alt', wp_slash($about['alt']));
    $credit = credit_of($about);
    if (get_post_field('post_excerpt', $id, 'raw') !== $credit) {
        wp_update_post(wp_slash(['ID' => $id, 'post_excerpt' => $credit]));
    }
}

/** Return who made a picture and under which licence it is shown. */
function credit_of(array $about): string {
    return implode(', ', array_filter([$about['author'], $about['licence']], 'strlen'));
}

/** Return the bytes of a picture and its kind, having looked at what they really are. */
function fetch_image(string $url): array {
    if (origin_of($url) !== origin_of(setting('address'))) {
        throw Trouble::of_one_thing('obraz leży na innym serwerze niż Razem, więc nie został pobrany.');
    }
    [$status, $headers, $body] = ask($url, MOST_IMAGE_BYTES);
    if ($status !== 200) {
        $trouble = refusal($status, $headers);
        $trouble->is_general = $status === 429 || $status >= 500;
        throw $trouble;
    }
    if (strlen($body) > MOST_IMAGE_BYTES) {
        throw Trouble::of_one_thing('obraz jest większy niż 8 MB, więc nie został pobrany.');
    }
    $size = @getimagesizefromstring($body);  // it warns about what is not a picture
    $kind = is_array($size) ? $size['mime'] : '';
    if (!isset(IMAGE_KINDS[$kind]) || $size[0] * $size[1] > MOST_PIXELS) {
        throw Trouble::of_one_thing('to nie jest obraz JPEG, PNG, WebP ani GIF, więc nie został pobrany.');
    }
    return [$body, $kind];
}

/** Write a file into our folder of uploads, whole or not at all; return its path. */
function write_file(string $name, string $bytes): string {
    $uploads = wp_upload_dir(null, false);
    $folder = $uploads['basedir'] . '/' . FOLDER;
    $part = "$folder/$name.part";
    if (!wp_mkdir_p($folder) || @file_put_contents($part, $bytes) !== strlen($bytes) || !@rename($part, "$folder/$name")) {
        throw new Trouble('Nie można zapisać pliku w katalogu wp-content/uploads/' . FOLDER . '.');
    }
    return "$folder/$name";
}

/** Delete the pictures of ours that no document shows any more; none unless the database tells which those are. */
function delete_unused_images(): void {
    global $wpdb;
    $used = [];
    sql('SELECT images FROM ' . table() . " WHERE images <> ''");
    foreach ($wpdb->get_col() as $urls) {  // what was just read
        $used += array_flip(explode("\n", $urls));
    }
    foreach ($wpdb->get_results($wpdb->prepare("SELECT post_id, meta_value FROM $wpdb->postmeta WHERE meta_key = %s", SOURCE_META)) as $ours) {
        if (!isset($used[$ours->meta_value])) {
            wp_delete_attachment((int) $ours->post_id, true);
        }
    }
}
