<?php
/* What a document says of itself in Polish words, as Razem itself says it. Returns plain text: escape it. */
namespace Razem;

defined('ABSPATH') || exit;

const NBSP = "\u{a0}";
const ALPHABET = 'aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż';
const MONTHS = ['', 'stycznia', 'lutego', 'marca', 'kwietnia', 'maja', 'czerwca', 'lipca', 'sierpnia', 'września', 'października', 'listopada', 'grudnia'];
const WEEKDAYS = ['niedziela', 'poniedziałek', 'wtorek', 'środa', 'czwartek', 'piątek', 'sobota'];
const ORGANIZATION_STATES = ['suspended' => 'działalność zawieszona', 'in_liquidation' => 'w likwidacji', 'removed' => 'wykreślona z rejestru'];
const PERIODS = ['planned' => 'planowany', 'running' => 'trwa', 'finished' => 'zakończony'];
const LEVELS = ['general' => 'dla wszystkich', 'specialist' => 'dla zaawansowanych'];

/** Return a key that orders by the Polish alphabet in any collation; quotation marks do not count. */
function sort_key(string $text): string {
    $key = '';
    foreach (preg_split('~~u', mb_strtolower($text), -1, PREG_SPLIT_NO_EMPTY) ?: [] as $letter) {
        $place = mb_strpos(ALPHABET, $letter);
        if ($place !== false) {
            $key .= $place + 10;
        } elseif (mb_strpos('„”"\'«»', $letter) === false) {
            $key .= ctype_digit($letter) ? "0$letter" : '00';
        }
    }
    return substr($key, 0, 190);
}

function today(): string {
    return (new \DateTimeImmutable('now', new \DateTimeZone('Europe/Warsaw')))->format('Y-m-d');
}

/** Return the day, if the text begins with one. */
function day_of($text): ?\DateTimeImmutable {
    $is_day = is_string($text) && preg_match('~^\d{4}-\d{2}-\d{2}~', $text) === 1;
    return $is_day ? (\DateTimeImmutable::createFromFormat('!Y-m-d', substr($text, 0, 10)) ?: null) : null;
}

/** Return "15 września 2018 r." */
function date_in_words($text): string {
    $day = day_of($text);
    return $day ? $day->format('j') . ' ' . MONTHS[(int) $day->format('n')] . ' ' . $day->format('Y') . NBSP . 'r.' : '';
}

/** Return a day or a range without saying a month or a year twice: "16–18 marca 2018 r." */
function dates_in_words($from, $to): string {
    $start = day_of($from);
    $end = day_of($to);
    if (!$start || !$end || $start == $end) {
        return date_in_words($from);
    }
    if ($start->format('Y-m') === $end->format('Y-m')) {
        return $start->format('j') . '–' . date_in_words($to);
    }
    $is_same_year = $start->format('Y') === $end->format('Y');
    $beginning = $is_same_year ? $start->format('j') . ' ' . MONTHS[(int) $start->format('n')] : date_in_words($from);
    return $beginning . NBSP . '– ' . date_in_words($to);
}

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

/** Return a field that is text, or "". */
function text(array $fields, string $name): string {
    return is_string($fields[$name] ?? null) ? $fields[$name] : '';
}
