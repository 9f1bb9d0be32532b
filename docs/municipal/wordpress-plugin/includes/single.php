<?php
/*
 * One document, in the place of the content of the section's page: `?razem=event/festyn`. So it has the look of
 * that page in every theme, and no rewrite rule can be lost. The page's own title stays the first heading.
 */
namespace Razem;

defined('ABSPATH') || exit;

add_action('template_redirect', static function () {
    if (!is_single_view()) {
        return;
    }
    $document = viewed();
    if (!$document) {
        status_header($document === false ? 410 : 404);
        nocache_headers();
    } elseif (asked() !== "{$document['type']}/{$document['slug']}") {
        nocache_headers();  // slugs come back: another document may have this one tomorrow
        wp_safe_redirect(address_of($document), 301, 'Razem');
        exit;
    }
});
// Before the lists in the content are made, and after everything else was done to it.
add_filter('the_content', static function (string $content): string {
    return is_replaced() ? '' : $content;
}, 0);
add_filter('the_content', static function (string $content): string {
    return is_replaced() ? single_html() : $content;
}, 99);
add_filter('document_title_parts', static function (array $parts): array {
    if (is_single_view()) {
        $parts['title'] = viewed() ? text(viewed(), 'title') : 'Nie ma takiej strony';
    }
    return $parts;
});
add_filter('get_canonical_url', static function ($url) {
    return is_single_view() && viewed() ? address_of(viewed()) : $url;
});
add_filter('wp_robots', static function (array $robots): array {
    $is_hidden = is_single_view() && (!viewed() || !empty(viewed()['is_sample']));
    return $is_hidden ? ['noindex' => true] + $robots : $robots;
});
add_action('wp_head', static function () {
    $data = is_single_view() && viewed() ? (viewed()['schema_org'] ?? null) : null;
    if (is_array($data)) {
        echo '<script type="application/ld+json">' . wp_json_encode($data, JSON_HEX_TAG | JSON_HEX_AMP) . "</script>\n";
    }
});

/** Return what was asked for. Not a query var: with one of those WordPress forgets a static front page. */
function asked(): string {
    return isset($_GET['razem']) && is_string($_GET['razem']) ? wp_unslash($_GET['razem']) : '';
}

/** Whether this visit is to the view of one document. */
function is_single_view(): bool {
    $section = (int) setting('section');
    return $section > 0 && !is_admin() && asked() !== '' && is_page($section);
}

/** Whether the content that is being shown is the section's, with a document in its place. */
function is_replaced(): bool {
    return is_single_view() && get_the_ID() === get_queried_object_id();
}

/** Return the document that is looked at; false if it was withdrawn, null if there is none. */
function viewed() {
    static $found = [];
    $asked = asked();
    $is_right = preg_match('~^([a-z_]{1,32})/([a-z0-9_-]{1,255})$~D', $asked, $parts) === 1;
    if (!$is_right || !in_array($parts[1], SHOWN_TYPES, true)) {
        return null;
    }
    if (!array_key_exists($asked, $found)) {
        $found[$asked] = find($parts[1], $parts[2]);
    }
    return $found[$asked];
}

function single_html(): string {
    wp_enqueue_style('razem');
    $document = viewed();
    $back = '<p class="razem-back"><a href="' . esc_url((string) get_permalink((int) setting('section'))) . '">Wróć do działu „' . esc_html(get_the_title((int) setting('section'))) . '”</a></p>';
    if (!$document) {
        $words = $document === false ? 'Ta strona została wycofana' : 'Nie ma takiej strony';
        return "<div class=\"razem razem-single\"><h2>$words</h2>$back</div>";
    }
    $rows = '';
    foreach (array_filter(facts_of($document), 'strlen') as $name => $value) {
        $rows .= '<dt>' . esc_html($name) . "</dt><dd>$value</dd>";
    }
    $summary = text($document, 'summary');
    return '<article class="razem razem-single" data-razem-id="' . esc_attr($document['id']) . '" data-razem-version="' . esc_attr((string) $document['version']) . '">'
        . '<h2>' . esc_html(text($document, 'title')) . '</h2>' . states_html($document)
        . ($summary === '' ? '' : '<p class="razem-lead">' . esc_html($summary) . '</p>')
        . figure_of(list_image($document), 'razem-image')
        . ($rows === '' ? '' : "<dl class=\"razem-facts\">$rows</dl>")
        . body_of($document) . sections_html($document) . photos_html($document) . operator_html($document) . "</article>$back";
}
