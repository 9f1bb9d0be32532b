<?php
/* What a document says of itself in Polish words, as Razem itself says it. Returns plain text: escape it. */
namespace Razem;

defined('ABSPATH') || exit;

const ORGANIZATION_STATES = ['suspended' => 'działalność zawieszona', 'in_liquidation' => 'w likwidacji', 'removed' => 'wykreślona z rejestru'];
const PERIODS = ['planned' => 'planowany', 'running' => 'trwa', 'finished' => 'zakończony'];
const LEVELS = ['general' => 'dla wszystkich', 'specialist' => 'dla zaawansowanych'];

function is_over(array $event): bool {
    $last = text($event, 'end_date') ?: text($event, 'start_date');
    return $last !== '' && $last < today();
}

/** Return what is out of the ordinary about a document, the weightiest first. */
function states_of(array $document): array {
    $found = [];
    if ($document['type'] === 'event') {
        $found = event_states($document);
    } elseif ($document['type'] === 'organization') {
        $found[] = ORGANIZATION_STATES[text($document, 'status')] ?? '';
        $found[] = empty($document['seeks_volunteers']) ? '' : 'szuka wolontariuszy';
        $found[] = empty($document['opp_status']) ? '' : 'organizacja pożytku publicznego';
    } elseif ($document['type'] === 'project') {
        $found[] = PERIODS[text($document, 'period_state')] ?? '';
    } elseif ($document['type'] === 'news') {
        $found[] = empty($document['is_alert']) ? '' : 'ważne';
    } elseif ($document['type'] === 'contest') {
        $found[] = contest_state($document);
    }
    $found[] = empty($document['is_sample']) ? '' : 'dane przykładowe';
    return array_values(array_filter($found, 'strlen'));
}

function event_states(array $event): array {
    $before = date_in_words($event['previous_start_date'] ?? null);
    $states = [
        'cancelled' => 'odwołane',
        'postponed' => 'przełożone – nowy termin wkrótce',
        'rescheduled' => $before === '' ? 'zmieniony termin' : "zmieniony termin (poprzednio: $before)",
        'moved_online' => is_over($event) ? 'odbyło się online' : 'odbędzie się online',
    ];
    return [
        $states[text($event, 'status')] ?? '',
        text($event, 'date_certainty') === 'proposed' ? 'termin proponowany' : '',
        empty($event['is_full']) || is_over($event) ? '' : 'brak wolnych miejsc',
    ];
}

/** Return a contest's state with the day that matters in it; by the dates where they say more than a copy of yesterday. */
function contest_state(array $contest): string {
    $state = text($contest, 'state');
    $opens = text($contest, 'opens_on');
    $closes = text($contest, 'closes_on');
    $results = text($contest, 'results_on');
    if ($state === 'announced' && $opens !== '' && $opens <= today()) {
        $state = 'open';
    }
    if ($state === 'open' && $closes !== '' && $closes < today()) {
        $state = 'assessment';
    }
    if ($state === 'announced') {
        return 'nabór od ' . date_in_words($opens);
    }
    if ($state === 'open') {
        return 'nabór trwa do ' . date_in_words($closes);
    }
    if ($state === 'assessment') {
        return $results === '' || $results < today() ? 'trwa ocena wniosków' : 'trwa ocena, wyniki ' . date_in_words($results);
    }
    return text($contest, 'state_label');
}

/** Return what stands before the dates of an event that does not take place on them. */
function before_dates(array $event): string {
    return ['postponed' => 'pierwotny termin: ', 'cancelled' => 'miało się odbyć: '][text($event, 'status')] ?? '';
}

/** Return "godz. 17:00–19:00", or that the hour is not known yet; "" of what does not take place. */
function hours_of(array $event): string {
    if (before_dates($event) !== '') {
        return '';
    }
    if (text($event, 'date_precision') !== 'time' || text($event, 'start_time') === '') {
        return is_over($event) ? '' : 'godzina do ustalenia';
    }
    $end = text($event, 'end_time');
    return 'godz.' . NBSP . substr(text($event, 'start_time'), 0, 5) . ($end === '' ? '' : '–' . substr($end, 0, 5));
}

/** Return the place of an event in words: name, address, locality; of one that moved: online. */
function where(array $event): string {
    if (text($event, 'status') === 'moved_online') {
        return 'przez internet';
    }
    $place = $event['place'] ?? null;
    if (!is_array($place)) {
        return '';
    }
    $locality = is_array($place['locality'] ?? null) ? text($place['locality'], 'name') : '';
    return implode(', ', array_filter([text($place, 'name'), text($place, 'address'), $locality], 'strlen'));
}

/** Return "wtorek 15:00–18:00 (co drugi tydzień)". */
function duty_hours(array $hours): string {
    $weekday = WEEKDAYS[is_int($hours['weekday'] ?? null) ? $hours['weekday'] : -1] ?? '';
    $note = text($hours, 'note');
    return trim("$weekday " . text($hours, 'opens') . '–' . text($hours, 'closes') . ($note === '' ? '' : " ($note)"));
}

/** Return the days that are not over on which an activity is closed: "2 maja 2030 r. – majówka". */
function coming_closures(array $activity): array {
    $found = [];
    foreach (parts($activity, 'closures') as $closure) {
        $last = text($closure, 'last_day') ?: text($closure, 'first_day');
        if ($last >= today()) {
            $reason = text($closure, 'reason');
            $found[] = dates_in_words($closure['first_day'] ?? null, $closure['last_day'] ?? null) . ($reason === '' ? '' : NBSP . "– $reason");
        }
    }
    return $found;
}

/** Return a file's format and size: "PDF, 1,2 MB". */
function file_note(array $file): string {
    $size = is_int($file['size'] ?? null) && $file['size'] > 0 ? size_in_words($file['size']) : '';
    return implode(', ', array_filter([text($file, 'extension'), $size], 'strlen'));
}

/** Return "Sala konferencyjna × 2, 40 miejsc siedzących. Rzutnik na miejscu." */
function facility_in_words(array $facility): string {
    $quantity = is_int($facility['quantity'] ?? null) ? $facility['quantity'] : 1;
    $seats = is_int($facility['seats'] ?? null) ? $facility['seats'] : 0;
    $description = text($facility, 'description');
    return text($facility, 'name') . ($quantity > 1 ? ' ×' . NBSP . number($quantity) : '')
        . ($seats > 0 ? ', ' . plural($seats, 'miejsce siedzące', 'miejsca siedzące', 'miejsc siedzących') : '')
        . ($description === '' ? '' : ". $description");
}
