<?php
/* What the table needs to know of a document to find it, order it and copy its pictures. */
namespace Razem;

defined('ABSPATH') || exit;

// Counts what is made here of a document. Of a copy made under another number all is read anew.
const COLUMNS = 1;

/** Return the columns of a change's row, beside id, type, slug, version and epoch. */
function columns_of(array $change): array {
    $document = $change['document'] ?? null;
    if ($document === null) {
        return ['document' => null, 'is_held' => 0, 'waits' => 0, 'ends_on' => null, 'sort_key' => '', 'terms' => '', 'images' => '', 'images_due' => 0];
    }
    $images = in_array($change['type'], SHOWN_TYPES, true) ? array_keys(images_of($document)) : [];
    [$first, $last] = period_of($document);
    $end = day_of($last) ?: day_of($first);
    return [
        'document' => wp_json_encode($document),  // only ASCII: for any charset of the database
        'is_held' => 1,
        'waits' => text($document, 'status') === 'postponed' ? 1 : 0,
        'ends_on' => $end ? $end->format('Y-m-d') : null,
        'sort_key' => sort_key_of($document),
        'terms' => implode('|', array_merge([''], terms_of($document), [''])),
        'images' => implode("\n", $images),
        'images_due' => $images ? 1 : 0,
    ];
}

function sort_key_of(array $document): string {
    $title = sort_key($document['title']);
    if (in_array($document['type'], BY_TITLE, true)) {
        return $title;
    }
    $is_published = in_array($document['type'], BY_PUBLICATION, true);
    $moment = $is_published ? text($document, 'published_at') : period_of($document)[0] . 'T' . text($document, 'start_time');
    return substr(preg_replace('~[^0-9T:.+-]~', '', $moment) . ' ' . $title, 0, 190);
}

/** Return what lists can be narrowed by: "topic:rodo", "locality:belk", "sphere:13". */
function terms_of(array $document): array {
    $place = is_array($document['place'] ?? null) ? $document['place'] : [];
    $found = [
        'topic' => slugs($document['topics'] ?? null),
        'audience' => slugs($document['audiences'] ?? null),
        'locality' => array_merge(
            slugs($document['localities'] ?? null),
            slugs([$document['locality'] ?? null]),
            slugs($document['territory'] ?? null),
            slugs([$place['locality'] ?? null])
        ),
        'sphere' => slugs($document['spheres'] ?? null, 'code'),
        'project' => slugs([$document['project'] ?? null]),
        'activity' => slugs([$document['activity'] ?? null]),
        'kind' => [text($document, 'kind')],
        'is' => [empty($document['seeks_volunteers']) ? '' : 'seeking-volunteers'],
    ];
    $terms = [];
    foreach ($found as $name => $values) {
        foreach (array_unique(array_filter($values, 'strlen')) as $value) {
            $terms[] = "$name:$value";
        }
    }
    return $terms;
}

/** Return the slugs (or codes) of the things in a list. */
function slugs($things, string $field = 'slug'): array {
    $found = [];
    foreach (is_array($things) ? $things : [] as $thing) {
        $slug = is_array($thing) ? text($thing, $field) : '';
        if (preg_match('~^[a-z0-9_.-]{1,80}$~D', $slug)) {
            $found[] = $slug;
        }
    }
    return $found;
}

/** Return all pictures in a document by their addresses, each once: url => [alt, author, licence]. */
function images_of(array $document): array {
    $found = [];
    unset($document['schema_org']);
    collect_images($document, $found);
    foreach (images_in(text($document, 'body_html')) as $url) {
        $found += [$url => ['alt' => '', 'author' => '', 'licence' => '']];
    }
    return $found;
}

function collect_images(array $value, array &$found): void {
    if (is_string($value['url'] ?? null) && is_array($value['renditions'] ?? null) && array_key_exists('alt', $value)) {
        $found += [$value['url'] => ['alt' => text($value, 'alt'), 'author' => text($value, 'author'), 'licence' => text($value, 'licence')]];
        return;
    }
    foreach ($value as $part) {
        if (is_array($part)) {
            collect_images($part, $found);
        }
    }
}

/** Return the addresses of the pictures in sanitized HTML. */
function images_in(string $html): array {
    preg_match_all('~<img\b[^>]*\bsrc="([^"]+)"~i', $html, $matches);
    return array_map(__NAMESPACE__ . '\unescaped', $matches[1]);
}

function unescaped(string $attribute): string {
    return html_entity_decode($attribute, ENT_QUOTES | ENT_HTML5, 'UTF-8');
}
