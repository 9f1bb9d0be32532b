"""Lists of pages by type for staff: columns, filters, bulk actions, exports, a month of events."""
