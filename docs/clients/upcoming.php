<?php // The events to come, out of mirror.php's copy:  $folder = '/srv/razem'; include 'upcoming.php';
$show = fn ($text) => htmlspecialchars((string) $text, ENT_QUOTES, 'UTF-8');
$words = ['cancelled' => 'odwołane', 'rescheduled' => 'zmieniony termin', 'moved_online' => 'przeniesione do internetu'];
$today = (new DateTime('now', new DateTimeZone('Europe/Warsaw')))->format('Y-m-d');
$events = array_map(fn ($path) => json_decode((string) @file_get_contents($path)), glob("$folder/event/*.json"));
$events = array_filter($events, fn ($event) => $event && ($event->end_date ?? $event->start_date) >= $today
    && $event->status !== 'postponed' && ($withSamples ?? !$event->is_sample));
usort($events, fn ($a, $b) => [$a->start_date, $a->start_time] <=> [$b->start_date, $b->start_time]);
echo "<ul>\n";
foreach ($events as $event) {
    $states = array_filter([$words[$event->status] ?? '', $event->date_certainty === 'proposed' ? 'termin proponowany' : '', $event->is_full ? 'brak wolnych miejsc' : '']);
    $hour = $event->date_precision === 'time' ? "godz. $event->start_time" : 'godzina do ustalenia';
    $link = preg_match('~^https?://~', $event->url) ? $event->url : '';
    echo '<li><a href="', $show($link), '">', $show($event->title), '</a>, ', $show("$event->start_date, $hour"), $states ? ' <strong>' . $show(implode(', ', $states)) . '</strong>' : '', "</li>\n";
}
echo "</ul>\n";
