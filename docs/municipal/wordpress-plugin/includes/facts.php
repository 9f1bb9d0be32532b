<?php
/* What is known of a document as name => HTML, for the list of facts in its single view. */
namespace Razem;

defined('ABSPATH') || exit;

function facts_of(array $document): array {
    $facts = (__NAMESPACE__ . "\\{$document['type']}_facts")($document);
    return in_array($document['type'], ['activity', 'contest', 'resource'], true) ? $facts + tag_facts($document) : $facts;
}

function event_facts(array $event): array {
    $place = part($event, 'place');
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
        'W ramach działania' => links([$event['activity'] ?? null]),
        'Projekt' => links([$event['project'] ?? null]),
    ];
}

function organization_facts(array $organization): array {
    return [
        'Forma prawna' => esc_html(text($organization, 'legal_form_label')),
        'Miejscowość' => esc_html(text(part($organization, 'locality'), 'name')),
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
    return ['Okres' => project_period_html($project), 'Partnerzy' => partners_html($project), 'Finansowanie' => esc_html(text($project, 'funding'))];
}

function activity_facts(array $activity): array {
    $closures = array_map('esc_html', coming_closures($activity));
    $book = [
        esc_html(text($activity, 'booking_rules')),
        text($activity, 'booking_email') === '' ? '' : mail_html(text($activity, 'booking_email')),
        esc_html(text($activity, 'booking_phone')),
        text($activity, 'booking_url') === '' ? '' : outward_html(text($activity, 'booking_url'), 'umów się przez internet'),
    ];
    $hours = array_map(static function (array $hours): string {
        return esc_html(duty_hours($hours));
    }, parts($activity, 'duty_hours'));
    return [
        'Rodzaj' => esc_html(text($activity, 'kind_label')),
        'Kto pomaga' => esc_html(text($activity, 'adviser_role')),
        'Godziny dyżurów' => lines_html($hours),
        'Dni nieczynne' => lines_html($closures),
        'Miejsce' => esc_html(where($activity)),
        'Dojazd' => esc_html(text(part($activity, 'place'), 'directions')),
        'Jak się umówić' => lines_html($book),
        'Koszt' => empty($activity['is_free']) ? '' : 'bezpłatnie',
        'Co można wybrać' => joined($activity['offer_types'] ?? null, 'name'),
        'W ramach projektu' => links([$activity['project'] ?? null]),
    ];
}

function contest_facts(array $contest): array {
    $papers = [
        links([$contest['rules'] ?? null]),
        links([$contest['application_form'] ?? null]),
        text($contest, 'bip_url') === '' ? '' : outward_html(text($contest, 'bip_url'), 'ogłoszenie w BIP'),
    ];
    return [
        'Nabór wniosków' => range_html($contest, 'opens_on', 'closes_on'),
        'Wyniki' => range_html($contest, 'results_on', ''),
        'Realizacja inicjatyw' => range_html($contest, 'starts_on', 'ends_on'),
        'Kto może złożyć wniosek' => esc_html(text($contest, 'eligibility')),
        'Budżet' => esc_html(zloty($contest['budget'] ?? null)),
        'Największa dotacja' => esc_html(zloty($contest['largest_grant'] ?? null)),
        'Dokumenty' => lines_html($papers),
        'Pytania' => text($contest, 'contact_email') === '' ? '' : mail_html(text($contest, 'contact_email')),
        'Poprzednia edycja' => links([$contest['previous_edition'] ?? null]),
        'W ramach projektu' => links([$contest['project'] ?? null]),
    ];
}

function resource_facts(array $resource): array {
    $year = is_int($resource['year'] ?? null) ? (string) $resource['year'] : '';
    return [
        'Rodzaj' => esc_html(text($resource, 'kind_label')),
        'Rok' => esc_html($year),
        'Obowiązuje' => esc_html(from_until($resource['valid_from'] ?? null, $resource['valid_until'] ?? null)),
        'Autorzy' => esc_html(text($resource, 'authors')),
        'Metoda' => esc_html(text($resource, 'method')),
        'Licencja' => esc_html(text($resource, 'licence')),
        'Poprzednia wersja' => links([$resource['previous_version'] ?? null]),
        'W ramach projektu' => links([$resource['project'] ?? null]),
    ];
}

function newsletter_facts(array $newsletter): array {
    return [
        'Opublikowano' => published_html($newsletter),
        'Tematy' => joined($newsletter['topics'] ?? null, 'name'),
        'W archiwum' => text($newsletter, 'url') === '' ? '' : outward_html(text($newsletter, 'url'), 'ten numer na stronie centrum'),
    ];
}

/** Return the tags of a document. */
function tag_facts(array $document): array {
    $programme = part($document, 'programme');
    return [
        'Dla kogo' => joined($document['audiences'] ?? null, 'name'),
        'Tematy' => joined($document['topics'] ?? null, 'name'),
        'W których miejscowościach' => joined($document['localities'] ?? null, 'name'),
        'Program' => text($programme, 'name') === '' ? '' : outward_html(text($programme, 'website'), text($programme, 'name')),
    ];
}

function news_facts(array $news): array {
    return [
        'Opublikowano' => published_html($news),
        'Wydarzenia' => links($news['events'] ?? null),
        'Organizacje' => links($news['organizations'] ?? null),
        'Projekt' => links([$news['project'] ?? null]),
    ];
}
