<?php
/* The kinds of documents that are shown: what their lists are called, hold and are ordered by. */
namespace Razem;

defined('ABSPATH') || exit;

/*
 * By the name of a list, which is that of its shortcode and block: the documents' type, the block's title, what the
 * list is of, what to say when there is nothing, and how many are on a page.
 */
const LISTS = [
    'events' => ['event', 'Razem: wydarzenia', 'wydarzenia', 'Nie ma teraz zapowiedzianych wydarzeń.', 20],
    'organizations' => ['organization', 'Razem: katalog organizacji', 'organizacje', 'Nie ma organizacji do pokazania.', 50],
    'project' => ['project', 'Razem: projekty', 'projekty', 'Nie ma projektów do pokazania.', 10],
    'activities' => ['activity', 'Razem: działania', 'działania', 'Nie ma działań do pokazania.', 20],
    'news' => ['news', 'Razem: aktualności', 'aktualności', 'Nie ma aktualności.', 10],
    'contests' => ['contest', 'Razem: konkursy', 'konkursy', 'Nie ma konkursów do pokazania.', 10],
    'resources' => ['resource', 'Razem: materiały', 'materiały', 'Nie ma materiałów do pokazania.', 20],
    'newsletters' => ['newsletter', 'Razem: numery newslettera', 'numery newslettera', 'Nie ma jeszcze żadnego numeru newslettera.', 10],
];
// Others are kept too, so that an update can show them.
const SHOWN_TYPES = ['event', 'organization', 'project', 'activity', 'news', 'contest', 'resource', 'newsletter'];
const BY_TITLE = ['organization', 'activity'];
const LATEST_FIRST = ['project', 'news', 'contest', 'resource', 'newsletter'];
const BY_PUBLICATION = ['news', 'resource', 'newsletter'];

/** Return the first and last day of a document: of an event, a project, a contest's applications; "" where there is none. */
function period_of(array $document): array {
    $is_contest = $document['type'] === 'contest';
    return [text($document, $is_contest ? 'opens_on' : 'start_date'), text($document, $is_contest ? 'closes_on' : 'end_date')];
}
