<?php
/* Lists of documents, as shortcodes and as blocks with the same attributes. */
namespace Razem;

defined('ABSPATH') || exit;

const LIST_NAMES = ['events' => 'event', 'organizations' => 'organization', 'project' => 'project', 'news' => 'news'];
const LIST_TITLES = ['events' => 'Razem: wydarzenia', 'organizations' => 'Razem: katalog organizacji', 'project' => 'Razem: projekty', 'news' => 'Razem: aktualności'];
const NOTHING = [
    'events' => 'Nie ma teraz zapowiedzianych wydarzeń.', 'organizations' => 'Nie ma organizacji do pokazania.',
    'project' => 'Nie ma projektów do pokazania.', 'news' => 'Nie ma aktualności.',
];
const ATTRIBUTES = [
    'limit' => 20, 'heading' => '', 'level' => 2, 'slug' => '', 'topic' => '', 'locality' => '', 'audience' => '',
    'kind' => '', 'sphere' => '', 'project' => '', 'past' => false, 'images' => true,
];
const LIMITS = ['events' => 20, 'organizations' => 200, 'project' => 10, 'news' => 10];
const MOST_DOCUMENTS = 500;
const FILTERS = ['topic', 'locality', 'audience', 'kind', 'sphere', 'project'];

add_action('init', static function () {
    wp_register_style('razem', plugins_url('style.css', __DIR__), [], VERSION);
    wp_register_script('razem-blocks', plugins_url('blocks.js', __DIR__), ['wp-blocks', 'wp-element', 'wp-components', 'wp-block-editor', 'wp-server-side-render'], VERSION, true);
    foreach (array_keys(LIST_NAMES) as $name) {
        add_shortcode("razem_$name", static function ($attributes) use ($name): string {
            return list_html($name, (array) $attributes);
        });
        register_block_type("razem/$name", [
            'api_version' => 2, 'title' => LIST_TITLES[$name], 'category' => 'widgets', 'icon' => 'megaphone',
            'attributes' => block_attributes($name), 'editor_script' => 'razem-blocks',
            'render_callback' => static function (array $attributes) use ($name): string {
                return '<div ' . get_block_wrapper_attributes() . '>' . list_html($name, $attributes) . '</div>';
            },
        ]);
    }
});

function block_attributes(string $name): array {
    $found = [];
    foreach (['limit' => LIMITS[$name]] + ATTRIBUTES as $attribute => $default) {
        $found[$attribute] = ['type' => is_bool($default) ? 'boolean' : (is_int($default) ? 'integer' : 'string'), 'default' => $default];
    }
    return $found;
}

function list_html(string $name, array $given): string {
    $given = shortcode_atts(['limit' => LIMITS[$name]] + ATTRIBUTES, $given);
    wp_enqueue_style('razem');
    $documents = listed($name, $given);
    $level = min(max((int) $given['level'], 2), 5);
    $heading = trim((string) $given['heading']);
    $id = wp_unique_id('razem-');
    $head = $heading === '' ? '' : "<h$level id=\"$id\">" . esc_html($heading) . "</h$level>";
    shown_copies(array_column(array_filter(array_map(__NAMESPACE__ . '\list_image', $documents)), 'url'));
    $items = '';
    foreach ($documents as $document) {
        $items .= '<li>' . item_html($document, $heading === '' ? $level : $level + 1, is_on($given['images'])) . '</li>';
    }
    $nothing = $name === 'events' && is_on($given['past']) ? 'Nie ma minionych wydarzeń.' : NOTHING[$name];
    $list = $items === '' ? '<p>' . esc_html($nothing) . '</p>' : "<ul class=\"razem-list\">$items</ul>";
    return $head === '' ? "<div class=\"razem razem-$name\">$list</div>" : "<section class=\"razem razem-$name\" aria-labelledby=\"$id\">$head$list</section>";
}

function is_on($value): bool {
    return filter_var($value, FILTER_VALIDATE_BOOLEAN);
}

function listed(string $name, array $given): array {
    $type = LIST_NAMES[$name];
    if (trim((string) $given['slug']) !== '') {
        return array_filter([find($type, trim((string) $given['slug'])) ?: null]);
    }
    $terms = [];
    foreach (FILTERS as $filter) {
        if (trim((string) $given[$filter]) !== '') {
            $terms[] = "$filter:" . trim((string) $given[$filter]);
        }
    }
    $limit = min(max((int) $given['limit'], 1), MOST_DOCUMENTS);
    $when = $name === 'events' ? (is_on($given['past']) ? 'past' : 'coming') : '';
    return documents($type, $terms, $limit, $when, $name === 'news' || $name === 'project');
}

/** Return one entry of a list. */
function item_html(array $document, int $level, bool $has_image): string {
    $lines = [when_line($document), text($document, 'type') === 'event' ? esc_html(where($document)) : '', kind_line($document), esc_html(text($document, 'summary'))];
    $html = '';
    foreach (array_filter($lines, 'strlen') as $line) {
        $html .= "<p>$line</p>";
    }
    $image = $has_image ? figure_of(list_image($document), 'razem-image', 'medium') : '';
    return '<article class="razem-item" data-razem-id="' . esc_attr($document['id']) . '" data-razem-version="' . esc_attr((string) $document['version']) . '">'
        . "<h$level>" . link_html($document) . "</h$level>" . states_html($document) . $html . $image . '</article>';
}

function when_line(array $document): string {
    return $document['type'] === 'news' ? published_html($document) : when_html($document);
}

function published_html(array $document): string {
    return day_of($document['published_at'] ?? null) ? time_html($document['published_at'], date_in_words($document['published_at'])) : '';
}

/** Return of an organization its legal form and where it is. */
function kind_line(array $document): string {
    if ($document['type'] !== 'organization') {
        return '';
    }
    $locality = is_array($document['locality'] ?? null) ? text($document['locality'], 'name_locative') : '';
    $spheres = joined($document['spheres'] ?? null, 'label');
    $kind = esc_html(trim(text($document, 'legal_form_label') . " $locality"));
    return $kind . ($kind !== '' && $spheres !== '' ? ' · ' : '') . $spheres;
}
