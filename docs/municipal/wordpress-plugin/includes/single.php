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
add_filter('the_content', static function (string $content): string {
    return is_single_view() && get_the_ID() === get_queried_object_id() ? single_html() : $content;
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
        . body_of($document) . photos_html($document) . operator_html($document) . "</article>$back";
}

/** Return what is known of a document as name => HTML. */
function facts_of(array $document): array {
    $of = ['event' => 'event_facts', 'organization' => 'organization_facts', 'project' => 'project_facts', 'news' => 'news_facts'];
    return (__NAMESPACE__ . '\\' . $of[$document['type']])($document);
}

function event_facts(array $event): array {
    $place = is_array($event['place'] ?? null) ? $event['place'] : [];
    $can_sign_up = before_dates($event) === '' && empty($event['is_full']) && !is_over($event);
    $deadline = text($event, 'registration_deadline');
    $is_open = $can_sign_up && ($deadline === '' || $deadline >= today());
    $sign_up = array_filter([
        text($event, 'registration_url') === '' ? '' : outward_html(text($event, 'registration_url'), 'formularz zapisów na to wydarzenie'),
        text($event, 'registration_email') === '' ? '' : mail_html(text($event, 'registration_email')),
        $deadline === '' ? '' : 'do ' . time_html($deadline, date_in_words($deadline)),
    ], 'strlen');
    return [
        'Termin' => when_html($event),
        'Co się zmieniło' => esc_html(text($event, 'status_note')),
        'Miejsce' => esc_html(where($event)),
        'Dojazd' => esc_html(text($place, 'directions')),
        'W internecie' => text($event, 'online_url') === '' || before_dates($event) !== '' ? '' : outward_html(text($event, 'online_url'), 'strona spotkania w internecie'),
        'Zapisy' => $is_open ? implode(', ', $sign_up) : '',
        'Koszt' => text($event, 'price_note') !== '' ? esc_html(text($event, 'price_note')) : (empty($event['is_free']) ? '' : 'udział bezpłatny'),
        'Rodzaj' => esc_html(text($event, 'kind_label')),
        'Dla kogo' => esc_html(LEVELS[text($event, 'level')] ?? ''),
        'Prowadzi' => esc_html(text($event, 'trainer')),
        'Dostępność' => joined($event['accessibility'] ?? null, 'label'),
        'Organizatorzy' => links($event['organizers'] ?? null),
        'Partnerzy' => joined($event['partners'] ?? null),
        'Tematy' => joined($event['topics'] ?? null, 'name'),
        'Projekt' => links([$event['project'] ?? null]),
    ];
}

function organization_facts(array $organization): array {
    return [
        'Forma prawna' => esc_html(text($organization, 'legal_form_label')),
        'Miejscowość' => esc_html(text(is_array($organization['locality'] ?? null) ? $organization['locality'] : [], 'name')),
        'Czym się zajmuje' => joined($organization['spheres'] ?? null, 'label'),
        'Misja' => esc_html(text($organization, 'mission')),
        'Strona internetowa' => outward_html(text($organization, 'website')),
        'E-mail' => mail_html(text($organization, 'email')),
        'Telefon' => esc_html(text($organization, 'phone')),
        'Adres' => esc_html(text($organization, 'address')),
        'KRS' => esc_html(text($organization, 'krs')),
        'NIP' => esc_html(text($organization, 'nip_formatted')),
        'REGON' => esc_html(text($organization, 'regon_formatted')),
        'Numer w innym rejestrze' => esc_html(text($organization, 'register_number')),
        'Dane sprawdzone' => day_of($organization['verified_at'] ?? null) ? time_html($organization['verified_at'], date_in_words($organization['verified_at'])) : '',
    ];
}

function project_facts(array $project): array {
    $partners = [];
    foreach (is_array($project['partners'] ?? null) ? $project['partners'] : [] as $partner) {
        if (is_array($partner)) {
            $role = text($partner, 'role_label');
            $partners[] = outward_html(text($partner, 'website'), text($partner, 'name')) . ($role === '' ? '' : ' (' . esc_html($role) . ')');
        }
    }
    return ['Okres' => when_html($project), 'Partnerzy' => implode(', ', $partners)];
}

function news_facts(array $news): array {
    return [
        'Opublikowano' => published_html($news),
        'Wydarzenia' => links($news['events'] ?? null),
        'Organizacje' => links($news['organizations'] ?? null),
        'Projekt' => links([$news['project'] ?? null]),
    ];
}

function photos_html(array $document): string {
    $photos = '';
    foreach (is_array($document['photos'] ?? null) ? $document['photos'] : [] as $photo) {
        $photos .= figure_of($photo, 'razem-photo');
    }
    return $photos;
}

/** Return who ran the centre and who paid for it: what an agreement on funding demands to be shown. */
function operator_html(array $document): string {
    $operator = is_array($document['operator'] ?? null) ? $document['operator'] : [];
    $words = implode('. ', array_filter([rtrim(text($operator, 'name'), '.'), text($operator, 'funding')], 'strlen'));
    $logos = '';
    foreach (is_array($operator['funder_logos'] ?? null) ? $operator['funder_logos'] : [] as $logo) {
        $logos .= figure_of($logo, 'razem-logo', 'medium');
    }
    return $words . $logos === '' ? '' : '<div class="razem-operator">' . ($words === '' ? '' : '<p>' . esc_html($words) . '</p>') . $logos . '</div>';
}
