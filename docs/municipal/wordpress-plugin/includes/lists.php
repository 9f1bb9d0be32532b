<?php
/* Lists of documents, as shortcodes and as blocks with the same attributes. */
namespace Razem;

defined('ABSPATH') || exit;

const ATTRIBUTES = [
    'limit' => 20, 'heading' => '', 'level' => 2, 'slug' => '', 'topic' => '', 'locality' => '', 'audience' => '',
    'kind' => '', 'sphere' => '', 'project' => '', 'activity' => '', 'past' => false, 'images' => true, 'pages' => true,
];
const MOST_ON_A_PAGE = 500;
const FILTERS = ['topic', 'locality', 'audience', 'kind', 'sphere', 'project', 'activity'];

add_action('init', static function () {
    wp_register_style('razem', plugins_url('style.css', __DIR__), [], VERSION);
    wp_register_script('razem-blocks', plugins_url('blocks.js', __DIR__), ['wp-blocks', 'wp-element', 'wp-components', 'wp-block-editor', 'wp-server-side-render'], VERSION, true);
    foreach (LISTS as $name => [, $title]) {
        add_shortcode("razem_$name", static function ($attributes) use ($name): string {
            return list_html($name, (array) $attributes);
        });
        register_block_type("razem/$name", [
            'api_version' => 2, 'title' => $title, 'category' => 'widgets', 'icon' => 'megaphone',
            'attributes' => block_attributes($name), 'editor_script' => 'razem-blocks', 'editor_style' => 'razem',
            'render_callback' => static function (array $attributes) use ($name): string {
                return '<div ' . get_block_wrapper_attributes() . '>' . list_html($name, $attributes) . '</div>';
            },
        ]);
    }
});

// In the head, where a theme of before the blocks would load it only after the lists.
add_action('wp_enqueue_scripts', static function () {
    if (is_single_view() || (is_singular() && preg_match('~\[razem_|wp:razem/~', (string) get_post_field('post_content', get_queried_object_id())))) {
        wp_enqueue_style('razem');
    }
});

function defaults_of(string $name): array {
    return ['limit' => LISTS[$name][4]] + ATTRIBUTES;
}

function block_attributes(string $name): array {
    $found = [];
    foreach (defaults_of($name) as $attribute => $default) {
        $found[$attribute] = ['type' => is_bool($default) ? 'boolean' : (is_int($default) ? 'integer' : 'string'), 'default' => $default];
    }
    return $found;
}

function list_html(string $name, array $given): string {
    $given = shortcode_atts(defaults_of($name), $given);
    wp_enqueue_style('razem');
    [$documents, $paging] = listed($name, $given);
    $level = min(max((int) $given['level'], 2), 5);
    $heading = trim((string) $given['heading']);
    $is_past = $name === 'events' && is_on($given['past']);
    $id = wp_unique_id('razem-');
    $head = $heading === '' ? '' : "<h$level id=\"$id\">" . esc_html($heading) . "</h$level>";
    $nothing = $is_past ? 'Nie ma minionych wydarzeń.' : LISTS[$name][3];
    $list = $documents ? items_html($documents, $heading === '' ? $level : $level + 1, is_on($given['images'])) : '<p>' . esc_html($nothing) . '</p>';
    $label = $heading !== '' ? $heading : ($is_past ? 'minione wydarzenia' : LISTS[$name][2]);
    $list .= $paging ? $paging->html("Strony listy: $label") : '';
    $anchor = $paging ? ' id="' . esc_attr($paging->key) . '"' : '';
    return $head === '' ? "<div class=\"razem razem-$name\"$anchor>$list</div>" : "<section class=\"razem razem-$name\"$anchor aria-labelledby=\"$id\">$head$list</section>";
}

function is_on($value): bool {
    return filter_var($value, FILTER_VALIDATE_BOOLEAN);
}

/** Return the documents that a list shows now, and its paging if it has more. */
function listed(string $name, array $given): array {
    $type = LISTS[$name][0];
    $slug = trim((string) $given['slug']);
    if ($slug !== '') {
        return [array_filter([find($type, $slug) ?: null]), null];
    }
    $terms = [];
    foreach (FILTERS as $filter) {
        if (trim((string) $given[$filter]) !== '') {
            $terms[] = "$filter:" . trim((string) $given[$filter]);
        }
    }
    $limit = min(max((int) $given['limit'], 1), MOST_ON_A_PAGE);
    $when = $name === 'events' ? (is_on($given['past']) ? 'past' : 'coming') : '';
    $count = is_on($given['pages']) ? count_documents($type, $terms, $when) : 0;
    $paging = $count > $limit ? Paging::of($name, [$terms, $limit, $when], (int) ceil($count / $limit)) : null;
    return [documents($type, $terms, $limit, $paging ? ($paging->number - 1) * $limit : 0, $when), $paging];
}

function items_html(array $documents, int $level, bool $has_images): string {
    shown_copies(array_column(array_filter(array_map(__NAMESPACE__ . '\list_image', $documents)), 'url'));
    $items = '';
    foreach ($documents as $document) {
        $items .= '<li>' . item_html($document, $level, $has_images) . '</li>';
    }
    return "<ul class=\"razem-list\">$items</ul>";
}

/** Return one entry of a list. */
function item_html(array $document, int $level, bool $has_image): string {
    $lines = array_merge(lines_of($document), [esc_html(text($document, 'summary'))]);
    $html = '';
    foreach (array_filter($lines, 'strlen') as $line) {
        $html .= "<p>$line</p>";
    }
    $image = $has_image ? figure_of(list_image($document), 'razem-image', 'medium') : '';
    return '<article class="razem-item" data-razem-id="' . esc_attr($document['id']) . '" data-razem-version="' . esc_attr((string) $document['version']) . '">'
        . "<h$level>" . link_html($document) . "</h$level>" . states_html($document) . $html . $image . '</article>';
}

/** Return what an entry says between title and summary, as HTML. */
function lines_of(array $document): array {
    switch ($document['type']) {
        case 'event':
            return [when_html($document), esc_html(where($document))];
        case 'project':
            return [project_period_html($document)];
        case 'organization':
            return [organization_line($document)];
        case 'activity':
            return [esc_html(text($document, 'kind_label'))];
        case 'contest':
            $days = range_html($document, 'opens_on', 'closes_on');
            return [$days === '' ? '' : "nabór wniosków: $days"];
        case 'resource':
            $year = is_int($document['year'] ?? null) ? (string) $document['year'] : '';
            $files = implode('; ', array_map(__NAMESPACE__ . '\file_note', parts($document, 'files')));
            return [dotted([text($document, 'kind_label'), $year, $files])];
        default:
            return [published_html($document)];
    }
}

function published_html(array $document): string {
    $day = local_day(text($document, 'published_at'));
    return $day === '' ? '' : time_html($day, date_in_words($day));
}

/** Return of an organization its legal form and where it is, and what it does. */
function organization_line(array $organization): string {
    $locality = text(part($organization, 'locality'), 'name_locative');
    $spheres = array_map(static function (array $sphere): string {
        return text($sphere, 'label');
    }, parts($organization, 'spheres'));
    return dotted([trim(text($organization, 'legal_form_label') . " $locality"), implode(', ', array_filter($spheres, 'strlen'))]);
}

function dotted(array $texts): string {
    return esc_html(implode(' · ', array_filter($texts, 'strlen')));
}
