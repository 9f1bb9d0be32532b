/* The blocks in the editor: a preview made by the server, and their settings beside it. */
( function ( blocks, element, components, blockEditor, ServerSideRender ) {
	var create = element.createElement;
	var fields = {
		heading: 'Nagłówek',
		topic: 'Temat (skrót, np. rodo)',
		locality: 'Miejscowość (skrót, np. belk)',
		audience: 'Odbiorcy (skrót)',
		kind: 'Rodzaj (skrót)',
		sphere: 'Sfera działalności (numer)',
		project: 'Projekt (skrót)',
		activity: 'Działanie (skrót)',
		slug: 'Tylko ten jeden (skrót)',
	};
	var names = {
		events: [ 'heading', 'topic', 'locality', 'audience', 'kind', 'project', 'activity' ],
		organizations: [ 'heading', 'sphere', 'locality' ],
		project: [ 'heading', 'slug' ],
		activities: [ 'heading', 'project', 'topic', 'locality', 'audience', 'kind' ],
		news: [ 'heading', 'topic', 'locality', 'audience', 'project' ],
		contests: [ 'heading', 'project', 'topic', 'locality', 'audience' ],
		resources: [ 'heading', 'kind', 'project', 'topic', 'locality', 'audience' ],
		newsletters: [ 'heading', 'topic' ],
	};

	function control( props, type, name, options ) {
		return create( type, Object.assign( {
			key: name,
			onChange: function ( value ) {
				var change = {};
				change[ name ] = value;
				props.setAttributes( change );
			},
		}, options ) );
	}

	function settings( name, props ) {
		var controls = names[ name ].map( function ( field ) {
			return control( props, components.TextControl, field, { label: fields[ field ], value: props.attributes[ field ] } );
		} );
		controls.push( control( props, components.RangeControl, 'limit', { label: 'Pozycji na stronie', min: 1, max: 500, value: props.attributes.limit } ) );
		controls.push( control( props, components.RangeControl, 'level', { label: 'Poziom nagłówków', min: 2, max: 5, value: props.attributes.level } ) );
		controls.push( control( props, components.ToggleControl, 'images', { label: 'Pokaż obrazy', checked: props.attributes.images } ) );
		controls.push( control( props, components.ToggleControl, 'pages', { label: 'Odnośniki do dalszych stron', checked: props.attributes.pages } ) );
		if ( name === 'events' ) {
			controls.push( control( props, components.ToggleControl, 'past', { label: 'Minione zamiast nadchodzących', checked: props.attributes.past } ) );
		}
		return create( blockEditor.InspectorControls, { key: 'settings' }, create( components.PanelBody, { title: 'Co pokazać' }, controls ) );
	}

	Object.keys( names ).forEach( function ( name ) {
		blocks.registerBlockType( 'razem/' + name, {
			edit: function ( props ) {
				return create( 'div', blockEditor.useBlockProps(), [
					settings( name, props ),
					create( components.Disabled, { key: 'preview' }, create( ServerSideRender, { block: 'razem/' + name, attributes: props.attributes } ) ),
				] );
			},
			save: function () {
				return null;
			},
		} );
	} );
} )( window.wp.blocks, window.wp.element, window.wp.components, window.wp.blockEditor, window.wp.serverSideRender );
