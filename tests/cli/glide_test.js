/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of tests/cli/glide.js and tests/cli/es5.js: node glide_test.js. Each row is a script over a
 * small world, what it prints, and why. The last line counts; the status is 1 when a row failed.
 */
'use strict';

const {run} = require('./glide.js');
const {es5Faults} = require('./es5.js');

const text = {type: 'string'};
const common = {sys_id: {type: 'GUID'}, sys_class_name: text, sys_created_on: {type: 'glide_date_time'}};

function world() {
    const row = (sys_id, columns) => ({sys_id, columns});
    return {
        world: 'small', host: 'acme.service-now.com', now: '2026-11-20 10:00:00', user: 'admin',
        properties: {'glide.buildtag': 'glide-zurich-07-01-2025__patch1', 'glide.servlet.uri': 'https://acme.service-now.com/'},
        behaviours: [],
        tables: {
            sys_user: {
                parent: null, display: 'name',
                columns: {...common, user_name: text, name: text, active: {type: 'boolean'}, locked_out: text,
                    failed_attempts: {type: 'integer'}, manager: {type: 'reference', reference: 'sys_user'},
                    user_password: {type: 'password', secret: true}},
                rows: [
                    row('u1', {user_name: 'admin', name: 'System Administrator', active: 'true', locked_out: 'false',
                        failed_attempts: '2', sys_created_on: '2026-01-02 03:04:05'}),
                    row('u2', {user_name: 'svc_one', name: 'One', active: 'false', locked_out: 'false', manager: 'u1',
                        failed_attempts: '10'}),
                    row('u3', {user_name: 'svc^two', name: 'Two, and more', active: 'true', manager: 'gone'}),
                ],
            },
            task: {parent: null, columns: {...common, number: text, next: text}, rows: [row('t1', {number: 'TASK1'})]},
            incident: {parent: 'task', columns: {...common, number: text, next: text, caller_id: {type: 'reference', reference: 'sys_user'}},
                rows: [row('i1', {number: 'INC1', caller_id: 'u2', next: 'x'}), row('i2', {number: 'INC2', caller_id: 'u1'})]},
            sys_properties: {parent: null, columns: {...common, name: text, value: text},
                rows: [row('p1', {name: 'a.b', value: 'true'}), row('p2', {name: 'empty', value: ''})]},
            sys_plugins: {parent: null, columns: {...common, source: text, active: text},
                rows: [row('g1', {source: 'com.one', active: 'true'}), row('g2', {source: 'com.two', active: 'false'})]},
        },
    };
}

const users = (query, what = "gr.getValue('user_name')") =>
    `var gr = new GlideRecord('sys_user'); ${query}; gr.orderBy('sys_id'); gr.query(); var all = []; ` +
    `while (gr.next()) { all.push(${what}); } gs.print(all.join(' '));`;

const scripts = [
    // what, script, what it prints (a list of lines), or {fault} or {error}
    ['a line for each call of gs.print', "gs.print('a'); gs.print('b\\nc');", ['a', 'b\nc']],
    ['a table that exists', "gs.print(new GlideRecord('sys_user').isValid());", ['true']],
    ['and one that does not', "gs.print(new GlideRecord('nope').isValid());", ['false']],
    ['whose query finds nothing', "var gr = new GlideRecord('nope'); gr.query(); gs.print(gr.next());", ['false']],
    ['a column that exists', "gs.print(new GlideRecord('sys_user').isValidField('name'));", ['true']],
    ['and one that does not', "gs.print(new GlideRecord('sys_user').isValidField('nope'));", ['false']],
    ['of a path nothing is documented', "new GlideRecord('sys_user').isValidField('manager.name');", {fault: /not?thing is documented/}],

    ['equal', users("gr.addQuery('user_name', 'svc_one')"), ['svc_one']],
    ['regardless of case', users("gr.addQuery('user_name', 'SVC_ONE')"), ['svc_one']],
    ['an operator', users("gr.addQuery('failed_attempts', '>', 3)"), ['svc_one']],
    ['numbers are no texts', users("gr.addQuery('failed_attempts', '<', '9')"), ['admin']],
    ['booleans as words', users("gr.addQuery('active', true)"), ['admin svc^two']],
    ['booleans as numbers', users("gr.addEncodedQuery('active=0')"), ['svc_one']],
    ['a list', users("gr.addQuery('user_name', 'IN', 'admin,svc_one')"), ['admin svc_one']],
    ['not in a list', users("gr.addEncodedQuery('user_nameNOT INadmin,svc_one')"), ['svc^two']],
    ['and', users("gr.addEncodedQuery('active=true^failed_attempts=2')"), ['admin']],
    ['or', users("gr.addEncodedQuery('user_name=admin^ORuser_name=svc_one')"), ['admin svc_one']],
    ['or belongs to the term before it', users("gr.addEncodedQuery('active=true^user_name=svc_one^ORuser_name=admin')"), ['admin']],
    ['a new query', users("gr.addEncodedQuery('user_name=admin^NQuser_name=svc_one^active=false')"), ['admin svc_one']],
    ['a ^ in a value', users("gr.addEncodedQuery('user_name=svc^^two')"), ['svc^two']],
    ['begins with', users("gr.addEncodedQuery('user_nameSTARTSWITHsvc')"), ['svc_one svc^two']],
    ['contains', users("gr.addEncodedQuery('user_nameLIKEone')"), ['svc_one']],
    ['without a value', users("gr.addEncodedQuery('managerISEMPTY')"), ['admin']],
    ['with a value', users("gr.addEncodedQuery('managerISNOTEMPTY')"), ['svc_one svc^two']],
    ['not equal, where an empty one is not equal either', users("gr.addEncodedQuery('failed_attempts!=2')"), ['svc_one svc^two']],
    ['along a reference', users("gr.addQuery('manager.user_name', 'admin')"), ['svc_one']],
    ['or-conditions', users("gr.addQuery('user_name', 'admin').addOrCondition('user_name', 'svc_one')"), ['admin svc_one']],
    ['an unknown column is dropped: all rows', users("gr.addQuery('nope', 'x')"), ['admin svc_one svc^two']],
    ['of an alternative too', users("gr.addEncodedQuery('user_name=admin^ORnope=1')"), ['admin']],
    ['an order', "var gr = new GlideRecord('sys_user'); gr.orderByDesc('user_name'); gr.query(); gr.next(); gs.print(gr.user_name);", ['svc_one']],
    ['an order in the query', "var gr = new GlideRecord('sys_user'); gr.addEncodedQuery('active=true^ORDERBYDESCname'); gr.query(); gr.next(); gs.print(gr.name);", ['Two, and more']],
    ['an operator that is not modelled', users("gr.addQuery('name', 'MATCHES', 'x')"), {fault: /MATCHES/}],
    ['a script in a query', users("gr.addEncodedQuery('user_name=javascript:gs.getUserName()')"), {fault: /script in a query/}],

    ['getValue of an empty field is null', users("gr.addQuery('user_name', 'admin')", "String(gr.getValue('manager'))"), ['null']],
    ['and of no field', users("gr.addQuery('user_name', 'admin')", "String(gr.getValue('nope'))"), ['null']],
    ['of a boolean 1 and 0', users('', "gr.getValue('active')"), ['1 0 1']],
    ['of a column with nothing but booleans too', users("gr.addQuery('user_name', 'admin')", "gr.getValue('locked_out')"), ['0']],
    ['of a property\'s value the text', "var gr = new GlideRecord('sys_properties'); gr.addQuery('name', 'a.b'); gr.query(); gr.next(); gs.print(gr.getValue('value') + gr.value);", ['1true']],
    ['of a path nothing is documented', users('', "gr.getValue('manager.name')"), {fault: /not documented/}],
    ['of a secret', users('', "gr.getValue('user_password')"), {fault: /secrets/}],
    ['a secret as an element', users('', 'gr.user_password'), {fault: /secrets/}],
    ['a secret by its element', users('', "gr.getElement('user_password')"), {fault: /secrets/}],
    ['a secret in a query', users("gr.addQuery('user_password', 'x')"), {fault: /secrets/}],
    ['a secret along a reference', users('', 'gr.manager.user_password'), {fault: /secrets/}],
    ['a secret that the script hides its reading of', "try { new GlideRecord('sys_user').user_password; } catch (e) { gs.print('fine'); }", {fault: /secrets/}],
    ['an element is its value as a string', users("gr.addQuery('user_name', 'svc_one')", "gr.user_name + '/' + gr.active"), ['svc_one/false']],
    ['but is no string', users("gr.addQuery('user_name', 'admin')", "(gr.user_name === 'admin') + '/' + (gr.user_name == 'admin') + '/' + typeof gr.user_name"), ['false/true/object']],
    ['an element in JSON', users('', 'JSON.stringify({a: gr.user_name})'), {fault: /in JSON/}],
    ['an empty element', users("gr.addQuery('user_name', 'admin')", "gr.manager.nil() + '/' + gr.manager"), ['true/']],
    ['along a reference', users("gr.addQuery('user_name', 'svc_one')", "gr.manager.user_name + '/' + gr.getElement('manager.name')"), ['admin/System Administrator']],
    ['along a reference to nothing', users("gr.addQuery('user_name', 'svc^^two').addOrCondition('user_name', 'svc^two')", "'<' + gr.manager.user_name + '>' + gr.manager"), ['<>gone']],
    ['what it shows', users("gr.addQuery('user_name', 'svc_one')", "gr.manager.getDisplayValue() + '/' + gr.getDisplayValue()"), ['System Administrator/One']],
    ['a time is shown in a zone', users("gr.addQuery('user_name', 'admin')", 'gr.sys_created_on.getDisplayValue()'), {fault: /time zone/}],
    ['and has a value without', users("gr.addQuery('user_name', 'admin')", "gr.getValue('sys_created_on')"), ['2026-01-02 03:04:05']],
    ['what the dictionary says', users("gr.addQuery('user_name', 'admin')", "gr.active.getED().getInternalType() + '/' + gr.manager.getReferenceTable()"), ['boolean/sys_user']],
    ['a key', users("gr.addQuery('user_name', 'admin')", 'gr.getUniqueValue()'), ['u1']],
    ['a member that is none', users("gr.addQuery('user_name', 'admin')", 'typeof gr.nope'), ['undefined']],

    ['rows of the children', "var gr = new GlideRecord('task'); gr._query(); gs.print(gr.getRowCount());", ['3']],
    ['say what they are', "var gr = new GlideRecord('task'); gr.get('number', 'INC1'); gs.print(gr.getRecordClassName() + '/' + gr.getTableName());", ['incident/task']],
    ['without the parent\'s', "var gr = new GlideRecord('incident'); gr._query(); gs.print(gr.getRowCount());", ['2']],
    ['a column called next is in the way of next()', "var gr = new GlideRecord('incident'); gr.query(); gr.next();", {error: /not a function/}],
    ['of _next() not', "var gr = new GlideRecord('incident'); gr.query(); gs.print(gr._next());", ['true']],
    ['a limit', "var gr = new GlideRecord('sys_user'); gr.setLimit(2); gr.query(); gs.print(gr.getRowCount());", ['2']],
    ['a window counts all', "var gr = new GlideRecord('sys_user'); gr.chooseWindow(1, 2); gr.query(); var n = 0; while (gr.next()) { n++; } gs.print(n + '/' + gr.getRowCount());", ['1/3']],
    ['a limit behind it takes its place', "var gr = new GlideRecord('sys_user'); gr.chooseWindow(1, 2); gr.setLimit(3); gr.query(); gs.print(gr.getRowCount());", ['3']],
    ['and before it does not count', "var gr = new GlideRecord('sys_user'); gr.setLimit(3); gr.chooseWindow(1, 2); gr.query(); gr.next(); gs.print(gr.hasNext());", ['false']],
    ['a count before a query', "new GlideRecord('sys_user').getRowCount();", {fault: /before query/}],
    ['a count of many keys', "var ids = []; for (var i = 0; i < 101; i++) { ids.push('x'); } var gr = new GlideRecord('sys_user'); gr.addQuery('sys_id', 'IN', ids.join(',')); gr.query(); gr.getRowCount();", {fault: /100 sys_ids/}],
    ['get by key', "var gr = new GlideRecord('sys_user'); gs.print(gr.get('u2') + ' ' + gr.name);", ['true One']],
    ['an aggregate', "var ga = new GlideAggregate('sys_user'); ga.addQuery('active', true); ga.addAggregate('COUNT'); ga.query(); ga.next(); gs.print(ga.getAggregate('COUNT'));", ['2']],
    ['one of nothing', "var ga = new GlideAggregate('sys_user'); ga.addQuery('name', 'nobody'); ga.addAggregate('COUNT'); ga.query(); gs.print(ga.next() + ga.getAggregate('COUNT'));", ['true0']],

    ['the user', "gs.print(gs.getUserName() + ' ' + gs.getUserID());", ['admin u1']],
    ['a property', "gs.print(gs.getProperty('a.b'));", ['true']],
    ['one that is not there', "gs.print(gs.getProperty('nope') + gs.getProperty('nope', 'x'));", ['nullx']],
    ['one with no value', "gs.print('<' + gs.getProperty('empty', 'x') + '>');", ['<>']],
    ['one without a row', "gs.print(gs.getProperty('glide.buildtag'));", ['glide-zurich-07-01-2025__patch1']],
    ['plugins', "var p = new GlidePluginManager(); gs.print(p.isActive('com.one') + '/' + p.isActive('com.two') + '/' + p.isActive('com.nope'));", ['true/false/false']],
    ['now', "gs.print(new GlideDateTime().getValue() + '/' + new GlideDateTime().getNumericValue());", ['2026-11-20 10:00:00/1795168800000']],
    ['now in somebody\'s zone', 'gs.nowDateTime();', {fault: /time zone/}],
    ['what gs does not have here', 'gs.sleep(1);', {fault: /not modelled/}],
    ['a log is a row of syslog', "gs.log('x');", {fault: /mere reading/}],
    ['so is gs.info', "gs.info('x');", {fault: /mere reading/}],

    ...['insert', 'update', 'updateMultiple', 'deleteRecord', 'deleteMultiple', 'setValue', 'initialize', 'newRecord',
        'autoSysFields'].map((name) => [`no ${name}()`, `new GlideRecord('sys_user').${name}();`, {fault: new RegExp(name)}]),
    ['no value put', "new GlideRecord('sys_user').name = 'x';", {fault: /writes name/}],
    ['nor along a reference', "var gr = new GlideRecord('sys_user'); gr.get('u2'); gr.manager.name = 'x';", {fault: /writes name/}],
    ['nor by an element', "new GlideRecord('sys_user').name.setValue('x');", {fault: /setValue/}],
    ['no property put', "gs.setProperty('a', 'b');", {fault: /setProperty/}],
    ['no event', "gs.eventQueue('a');", {fault: /eventQueue/}],
    ['not even where it is caught', "try { new GlideRecord('sys_user').insert(); } catch (e) { gs.print('fine'); }", {fault: /insert/}],

    ['what is younger than ES5 is not there', "gs.print(typeof 'x'['incl' + 'udes'] + typeof this['Prom' + 'ise'] + typeof [].map);", ['undefinedundefinedfunction']],
    ['Node is not there', 'gs.print(typeof require + typeof process + typeof console);', ['undefinedundefinedundefined']],
    ['the clock is the instance\'s', "var now = new Date(); gs.print((now - Date.now() < 5) + '/' + new Date(0).toISOString() + '/' + new Date(2026, 0).getMonth());", ['true/1970-01-01T00:00:00.000Z/0']],
    ['an error ends the script', "gs.print('a'); throw new Error('b');", {error: /b/}],
];

const tokens = [
    // what, script, whether it is ES5
    ['plain', "var a = {b: 1, 'class': [1, 2]}; for (var k in a) { if (k / 2 > 1 || /[/]x/gi.test(k)) { f(k); } }", true],
    ['a literal behind a question', 'function f(a, b) { return {x: a ? {q: 1} : {r: 2}}; }', true],
    ['blocks behind a colon', 'switch (a) { case 1: { f(); break; } default: { f(); } }', true],
    ['a word that begins a later one', 'var of = 1; var lets = of; letter: for (;;) { break letter; }', true],
    ['words in texts and comments', "/* let `x` => */ var a = 'const ...'; // class", true],
    ['an index that is assigned', 'a[0] = [1]; a.b[1] = {c: 2};', true],
    ['numbers', 'var n = 0x1f + 1e5 - .5 + 1.;', true],
    ['let', 'let x = 1;', false],
    ['const', 'const x = 1;', false],
    ['an arrow', 'f(() => 1);', false],
    ['a template', 'var a = `x`;', false],
    ['a default', 'function f(a = 1) {}', false],
    ['a rest', 'function f(...a) {}', false],
    ['a spread', 'f(...a);', false],
    ['for…of', 'for (var x of a) {}', false],
    ['for…of without var', 'for (x of a) {}', false],
    ['a comma behind an argument', 'f(1,);', false],
    ['a comma behind an item', 'var a = [1,];', false],
    ['a comma behind a member', 'var a = {b: 1,};', false],
    ['a getter', 'var a = {get b() { return 1; }};', false],
    ['a shorthand', 'var a = {b};', false],
    ['a method', 'var a = {b() {}};', false],
    ['a computed name', "var a = {['b']: 1};", false],
    ['a reserved word as a name', 'var a = {default: 1};', false],
    ['a reserved word behind a dot', 'a.delete();', false],
    ['a word of Java as a name', 'var char = 1;', false],
    ['a pattern', 'var {a} = b;', false],
    ['a pattern that is assigned', '[a, b] = [b, a];', false],
    ['a class', 'class A {}', false],
    ['a generator', 'function* f() {}', false],
    ['async', 'async function f() {}', false],
    ['a power', 'a ** 2;', false],
    ['a chain', 'a?.b;', false],
    ['??', 'a ?? b;', false],
    ['a catch without a name', 'try {} catch {}', false],
    ['a binary number', '0b1;', false],
    ['a large number', '1n;', false],
    ['a flag of later regular expressions', '/a/u;', false],
    ['an escape of later texts', "'\\u{61}';", false],
    ['a method of later texts', "'x'.includes('y');", false],
    ['a class of later libraries', 'new Map();', false],
    ['no script at all', 'var = ;', false],
];

function tellRun(result) {
    return JSON.stringify({lines: result.page.split('\n'), faults: result.faults, error: String(result.error)});
}

function isAsWanted(result, wanted) {
    if (wanted.fault !== undefined) {
        return result.faults.some((text) => wanted.fault.test(text));
    }
    if (wanted.error !== undefined) {
        return result.faults.length === 0 && wanted.error.test(String(result.error));
    }
    const printed = result.page.split('\n').slice(2).join('\n');
    return result.faults.length === 0 && result.error === undefined &&
        printed === wanted.map((line) => `*** Script: ${line}\n`).join('');
}

let nFailed = 0;
for (const [what, script, wanted] of scripts) {
    const result = run(world(), script);
    if (!isAsWanted(result, wanted)) {
        nFailed++;
        process.stdout.write(`FAILED ${what}: ${script}\n    ${tellRun(result)}\n`);
    }
}
for (const [what, script, isES5] of tokens) {
    const faults = es5Faults(script);
    if ((faults.length === 0) !== isES5) {
        nFailed++;
        process.stdout.write(`FAILED ${what}: ${script}: ${faults.join('; ') || 'taken for ES5'}\n`);
    }
}
const ahead = run({...world(), clock_offset_s: 600}, 'gs.print(Date.now());').page;
const minutesAhead = Math.round((Number(/Script: (\d+)/.exec(ahead)[1]) - Date.now()) / 60000);
if (minutesAhead !== 10) {
    nFailed++;
    process.stdout.write(`FAILED a clock that is ahead: by ${minutesAhead} minutes\n`);
}
const asHtml = run(world(), "gs.print('1 < 2 &amp; <b>3</b>');", {asHtml: true}).page;
if (!asHtml.includes('*** Script: 1 < 2 & 3\n')) {
    nFailed++;
    process.stdout.write(`FAILED what is left of HTML: ${asHtml}\n`);
}
process.stdout.write(`glide_test: ${scripts.length + tokens.length + 2} rows, ${nFailed} failed\n`);
process.exitCode = nFailed > 0 ? 1 : 0;
