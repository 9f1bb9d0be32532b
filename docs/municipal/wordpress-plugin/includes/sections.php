<?php
/* What follows the body of a document in its single view. */
namespace Razem;

defined('ABSPATH') || exit;

const MOST_BELOW = 50;

/** Return the parts under headings of their own, by the type of the document. */
function sections_html(array $document): string {
    $type = $document['type'];
    if ($type === 'event') {
        return section('Materiały', files_html($document, 'materials'));
    }
    if ($type === 'project') {
        return section('Co robimy w projekcie', items_below('activity', "project:{$document['slug']}"));
    }
    if ($type === 'activity') {
        return activity_sections($document);
    }
    if ($type === 'contest') {
        return section('Wyniki', results_html($document), true) . section('Partnerzy', partners_html($document));
    }
    return $type === 'resource' ? section('Pliki do pobrania', files_html($document, 'files')) : '';
}

function activity_sections(array $activity): string {
    $facilities = array_map(static function (array $facility): string {
        return esc_html(facility_in_words($facility));
    }, parts($activity, 'facilities'));
    return section('Sale i sprzęt', bullets_html($facilities))
        . section('W liczbach', figures_html($activity))
        . section('Regulaminy i formularze', bullets_html(links_of($activity['resources'] ?? null)))
        . section('Partnerzy', partners_html($activity))
        . section('Najbliższe wydarzenia', items_below('event', "activity:{$activity['slug']}"));
}

/** Return a part under its heading; what may be wider than a telephone is scrolled by itself, with the keyboard too. */
function section(string $title, string $html, bool $is_wide = false): string {
    if ($html === '') {
        return '';
    }
    $id = wp_unique_id('razem-part-');
    $content = $is_wide ? "<div class=\"razem-wide\" tabindex=\"0\" role=\"group\" aria-labelledby=\"$id\">$html</div>" : $html;
    return "<section class=\"razem-part\" aria-labelledby=\"$id\"><h3 id=\"$id\">" . esc_html($title) . "</h3>$content</section>";
}

/** Return the documents of a type that belong to another, as entries of a list; of events those to come. */
function items_below(string $type, string $term): string {
    $documents = documents($type, [$term], MOST_BELOW, 0, $type === 'event' ? 'coming' : '');
    return $documents ? items_html($documents, 4, true) : '';
}

function bullets_html(array $lines): string {
    return $lines ? '<ul><li>' . implode('</li><li>', $lines) . '</li></ul>' : '';
}

/** Return the files of a document, which stay at Razem, each with its format and size. */
function files_html(array $document, string $field): string {
    $files = [];
    foreach (parts($document, $field) as $file) {
        $note = file_note($file);
        $files[] = outward_html(text($file, 'url'), text($file, 'title')) . ($note === '' ? '' : ' (' . esc_html($note) . ')');
    }
    return bullets_html($files);
}

function results_html(array $contest): string {
    $rows = '';
    foreach (parts($contest, 'results') as $result) {
        $group = esc_html(text($result, 'group_name'));
        $organization = part($result, 'organization');
        $amount = zloty($result['amount'] ?? null);
        $rows .= '<tr><th scope="row">' . ($organization ? link_html($organization, text($result, 'group_name')) : $group) . '</th><td>' . esc_html(text($result, 'title'))
            . '</td><td>' . esc_html(text(part($result, 'locality'), 'name') ?: '–') . '</td><td>' . esc_html($amount ?: '–') . '</td></tr>';
    }
    $head = '<thead><tr><th scope="col">Grupa</th><th scope="col">Inicjatywa</th><th scope="col">Gdzie</th><th scope="col">Dotacja</th></tr></thead>';
    return $rows === '' ? '' : "<table class=\"razem-table\">$head<tbody>$rows</tbody></table>";
}

function figures_html(array $activity): string {
    $figures = '';
    foreach (parts($activity, 'figures') as $figure) {
        $period = text($figure, 'period');
        $figures .= '<dt>' . esc_html(text($figure, 'label') . ($period === '' ? '' : " ($period)")) . '</dt><dd>' . esc_html(number($figure['value'] ?? null)) . '</dd>';
    }
    return $figures === '' ? '' : "<dl class=\"razem-facts\">$figures</dl>";
}

/** Return who carries something together with the centre: logo, name, role. */
function partners_html(array $document): string {
    $partners = '';
    foreach (parts($document, 'partners') as $partner) {
        $role = text($partner, 'role_label') ?: text($partner, 'role');
        $logo = part($partner, 'logo');
        $partners .= '<li>' . figure_of($logo ? ['alt' => ''] + $logo : null, 'razem-logo', 'medium')  // its name stands beside it
            . outward_html(text($partner, 'website'), text($partner, 'name')) . ($role === '' ? '' : ' (' . esc_html($role) . ')') . '</li>';
    }
    return $partners === '' ? '' : "<ul class=\"razem-partners\">$partners</ul>";
}

function photos_html(array $document): string {
    $photos = '';
    foreach (parts($document, 'photos') as $photo) {
        $photos .= figure_of($photo, 'razem-photo');
    }
    return $photos;
}

/** Return who ran the centre and who paid for it: what an agreement on funding demands to be shown. */
function operator_html(array $document): string {
    $operator = part($document, 'operator');
    $words = implode('. ', array_filter([rtrim(text($operator, 'name'), '.'), text($operator, 'funding')], 'strlen'));
    $logos = '';
    foreach (parts($operator, 'funder_logos') as $logo) {
        $logos .= figure_of($logo, 'razem-logo', 'medium');
    }
    return $words . $logos === '' ? '' : '<div class="razem-operator">' . ($words === '' ? '' : '<p>' . esc_html($words) . '</p>') . $logos . '</div>';
}
