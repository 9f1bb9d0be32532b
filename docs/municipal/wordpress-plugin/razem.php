<?php
/**
 * Plugin Name:       Razem – organizacje pozarządowe
 * Description:       Wydarzenia, katalog organizacji, projekty i aktualności centrum organizacji pozarządowych: własna kopia w tej witrynie, aktualizowana sama.
 * Version:           1.0.0
 * Requires at least: 5.9
 * Requires PHP:      7.4
 * License:           EUPL-1.2
 * License URI:       https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12
 *
 * Under the European Union Public Licence 1.2, whose appendix lists the GNU General Public License
 * v2 and v3 as compatible: together with WordPress it may be distributed under either of them.
 */

namespace Razem;

defined('ABSPATH') || exit;

const VERSION = '1.0.0';
const CAPABILITY = 'manage_options';

foreach (['trouble', 'settings', 'lock', 'client', 'kinds', 'polish', 'states', 'documents', 'store', 'slugs', 'reads', 'images', 'pull', 'schedule', 'network', 'webhook', 'markup', 'facts', 'sections', 'lists', 'pages', 'single'] as $part) {
    require __DIR__ . "/includes/$part.php";
}
if (is_admin()) {
    require __DIR__ . '/includes/admin.php';
}

register_activation_hook(__FILE__, __NAMESPACE__ . '\activate');
register_deactivation_hook(__FILE__, __NAMESPACE__ . '\deactivate');
