/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small model of what a script of Scripts - Background sees of an instance: GlideRecord and its
 * kin over a world that tests/tools/world_json.c printed.
 *
 *     node glide.js WORLD.json SCRIPT.js [--page html]
 *
 * It prints what the page shows. The exit status is 0; 1 when the script threw; 2 when the files
 * could not be read; 3 when the script is not ES5, wrote anything, read a column with a secret, or
 * used what is not documented or not modelled: then stderr says what, whatever the script made of it.
 *
 * It is written from ServiceNowDocs, markdown/api-reference/server-api-reference (below: "R:" for
 * c_GlideRecordAPI.md, "E:" for c_GlideElementAPI.md, "S:" for c_GlideSystemAPI.md), and not from the
 * scripts that run on it. What these pages leave open is refused rather than guessed, or marked
 * "assumed".
 */
'use strict';

const fs = require('fs');
const vm = require('vm');

const {es5Faults} = require('./es5.js');

/* ---- The world ------------------------------------------------------------------------------ */

class World {
    constructor(document) {
        this.document = document;
        this.tables = new Map(Object.entries(document.tables));
        this.faults = [];
        this.lines = [];
        this.rowsById = new Map();
        for (const [name, table] of this.tables) {
            table.name = name;
            for (const row of table.rows) {
                row.table = table;
                this.rowsById.set(row.sys_id, row);
            }
        }
        for (const table of this.tables.values()) {
            this.findBooleans(table);
        }
    }

    /* What must not have happened; told at the end even when the script catches it. */
    fault(text) {
        this.faults.push(text);
        throw new Error(text);
    }

    isA(table, ancestor) {
        for (let t = table; t !== undefined; t = this.tables.get(t.parent)) {
            if (t === ancestor) {
                return true;
            }
        }
        return false;
    }

    /* "Querying tables in script": a table's records are those of the tables that extend it too. */
    rowsOf(table) {
        const all = [];
        for (const other of this.tables.values()) {
            if (this.isA(other, table)) {
                all.push(...other.rows);
            }
        }
        return all;
    }

    /* The world types few columns. One that holds nothing but true and false is a boolean on a real
     * instance, where the difference shows (valueOf below). */
    findBooleans(table) {
        const seen = new Map();
        for (const row of this.rowsOf(table)) {
            for (const [name, value] of Object.entries(row.columns)) {
                if (value !== '') {
                    seen.set(name, (seen.get(name) !== false) && (value === 'true' || value === 'false'));
                }
            }
        }
        for (const [name, isBoolean] of seen) {
            const column = table.columns[name];
            if (isBoolean && column !== undefined && column.type === 'string') {
                column.type = 'boolean';
            }
        }
    }

    column(table, name) {
        return table === undefined || !Object.hasOwn(table.columns, name) ? undefined : table.columns[name];
    }

    /* What a row holds, as it is stored: booleans as true and false. */
    stored(row, name) {
        return name === 'sys_id' ? row.sys_id : (row.columns[name] ?? '');
    }

    refuseSecret(table, name) {
        const column = this.column(table, name);
        if (column !== undefined && column.secret) {
            this.fault(`it reads ${table.name}.${name}, a column with secrets`);
        }
    }

    property(name) {
        const table = this.tables.get('sys_properties');
        const row = table && table.rows.find((one) => one.columns.name === name);
        return row ? this.stored(row, 'value') : this.document.properties[name];
    }
}

const BOOLEAN_AS_NUMBER = {true: '1', false: '0'};
const NUMBER_AS_BOOLEAN = {1: 'true', 0: 'false'};

/* ---- Queries -------------------------------------------------------------------------------- */

/* "Not case-sensitive" (R: addQuery), and booleans as 1 and 0 too (the sample of
 * c_GlidePluginManagerScopedAPI.md asks sys_plugins for active=0^ORactive=1). */
function folded(value, column) {
    const text = String(value).toLowerCase();
    const isBoolean = column.type === 'boolean';
    return isBoolean && Object.hasOwn(NUMBER_AS_BOOLEAN, text) ? NUMBER_AS_BOOLEAN[text] : text;
}

function compare(a, b) {
    const [left, right] = [Number(a), Number(b)];
    if (a !== '' && b !== '' && !Number.isNaN(left) && !Number.isNaN(right)) {
        return left - right;
    }
    return a < b ? -1 : Number(a > b);
}

const list = (operand) => operand.split(',').map((item) => item.trim());

/* A value that is not there fits no comparison of order; that it fits != is assumed, as the
 * condition builder's "is not" shows rows without a value. */
const OPERATORS = {
    '!=': (v, x) => v !== x,
    '>=': (v, x) => v !== '' && compare(v, x) >= 0,
    '<=': (v, x) => v !== '' && compare(v, x) <= 0,
    '=': (v, x) => v === x,
    '>': (v, x) => v !== '' && compare(v, x) > 0,
    '<': (v, x) => v !== '' && compare(v, x) < 0,
    'NOT IN': (v, x, fold) => !list(x).some((item) => fold(item) === v),
    'NOT LIKE': (v, x) => !v.includes(x),
    'DOES NOT CONTAIN': (v, x) => !v.includes(x),
    'STARTSWITH': (v, x) => v.startsWith(x),
    'ENDSWITH': (v, x) => v.endsWith(x),
    'CONTAINS': (v, x) => v.includes(x),
    'LIKE': (v, x) => v.includes(x),
    'ISNOTEMPTY': (v) => v !== '',
    'ISEMPTY': (v) => v === '',
    'ANYTHING': () => true,
    'IN': (v, x, fold) => list(x).some((item) => fold(item) === v),
};
/* A longer one first: of two that begin alike the longer is meant. */
const OPERATOR_NAMES = Object.keys(OPERATORS).sort((a, b) => b.length - a.length);

class Query {
    constructor(world, tableName) {
        this.world = world;
        this.table = world.tables.get(tableName);
        this.blocks = [[]]; // any of them; in a block all groups; in a group any term
        this.orders = [];
        this.isBroken = false;
        this.nSysIds = 0;
    }

    /* The columns along a dotted path; undefined when there is no such path. */
    path(text) {
        const steps = [];
        let table = this.table;
        for (const name of text.split('.')) {
            const column = this.world.column(table, name);
            if (column === undefined) {
                return undefined;
            }
            this.world.refuseSecret(table, name);
            steps.push({name, column});
            table = this.world.tables.get(column.reference);
        }
        return steps;
    }

    valueOf(row, steps) {
        let here = row;
        for (const step of steps.slice(0, -1)) {
            here = here && this.world.rowsById.get(this.world.stored(here, step.name));
        }
        return here === undefined ? '' : this.world.stored(here, steps[steps.length - 1].name);
    }

    /* A term as a test; undefined for what is no part of the query: "the invalid part of the query
     * condition is dropped" (R). */
    term(name, operator, operand) {
        if (/^javascript:/i.test(operand)) {
            this.world.fault('a script in a query, which hardened instances do not run');
        }
        if (!Object.hasOwn(OPERATORS, operator)) {
            this.world.fault(`the operator ${operator}, which is not modelled`);
        }
        const steps = this.path(name);
        if (steps === undefined) {
            this.isBroken = true;
            return undefined;
        }
        if (name === 'sys_id' && operator === 'IN') {
            this.nSysIds = Math.max(this.nSysIds, list(operand).length);
        }
        const {column} = steps[steps.length - 1];
        const fold = (value) => folded(value, column);
        return (row) => OPERATORS[operator](fold(this.valueOf(row, steps)), fold(operand), fold);
    }

    get groups() {
        return this.blocks[this.blocks.length - 1];
    }

    and(test) {
        const group = test === undefined ? [] : [test];
        this.groups.push(group);
        return group;
    }

    or(test) {
        const last = this.groups[this.groups.length - 1];
        if (last !== undefined && test !== undefined) {
            last.push(test);
        }
    }

    /* ^ and ^OR and ^NQ, with ^^ for a ^ of a value (c_EncodedQueryStrings.md). */
    encoded(text) {
        for (const piece of text.replace(/\^\^/g, '\u0000').split('^')) {
            const clause = piece.replace(/\u0000/g, '^');
            const order = /^ORDERBY(DESC)?(.*)$/.exec(clause);
            if (clause === '' || clause === 'EQ') {
                continue;
            } else if (order) {
                this.order(order[2], order[1] !== undefined);
            } else if (clause.startsWith('NQ')) {
                this.blocks.push([]);
                this.and(this.clause(clause.slice(2)));
            } else if (clause.startsWith('OR')) {
                this.or(this.clause(clause.slice(2)));
            } else {
                this.and(this.clause(clause));
            }
        }
    }

    clause(text) {
        const name = /^[a-z0-9_.]+/.exec(text);
        const rest = name === null ? '' : text.slice(name[0].length);
        const operator = OPERATOR_NAMES.find((one) => rest.startsWith(one));
        if (operator === undefined) {
            this.world.fault(`a query that is not understood: ${text}`);
        }
        return this.term(name[0], operator, rest.slice(operator.length));
    }

    order(name, isDescending) {
        const steps = this.path(name);
        if (steps === undefined) {
            this.isBroken = true;
        } else {
            this.orders.push({steps, sign: isDescending ? -1 : 1});
        }
    }

    fits(row) {
        return this.blocks.some((groups) =>
            groups.every((group) => group.length === 0 || group.some((test) => test(row))));
    }

    /* With glide.invalid_query.returns_no_rows a broken query finds nothing (R). Without an order
     * rows come in any: here the last one first, so that nobody counts on the files' order. */
    run() {
        if (this.table === undefined ||
            (this.isBroken && this.world.property('glide.invalid_query.returns_no_rows') === 'true')) {
            return [];
        }
        const rows = this.world.rowsOf(this.table).filter((row) => this.fits(row)).reverse();
        const byOrder = (a, b) => this.orders.reduce((sum, {steps, sign}) => sum ||
            sign * compare(this.valueOf(a, steps), this.valueOf(b, steps)), 0);
        return this.orders.length > 0 ? rows.sort(byOrder) : rows;
    }
}

/* What addQuery returns (c_GlideQueryConditionAPI.md). */
class QueryCondition {
    constructor(query, group) {
        this.query = query;
        this.group = group;
    }

    addOrCondition(name, operator, value) {
        const test = termOf(this.query, name, operator, value, arguments.length);
        if (test !== undefined) {
            this.group.push(test);
        }
        return this;
    }

    addCondition(name, operator, value) {
        return new QueryCondition(this.query, this.query.and(termOf(this.query, name, operator, value, arguments.length)));
    }
}

function termOf(query, name, operator, value, nGiven) {
    const operand = nGiven > 2 ? value : operator;
    return query.term(String(name), nGiven > 2 ? String(operator) : '=', String(operand ?? ''));
}

/* ---- Elements ------------------------------------------------------------------------------- */

/*
 * What gr.x is: an object whose string is the value (E: toString), booleans as true and false.
 * Behind a reference the columns of the record it points to are its members (R: "dot-walking").
 */
function makeElement(world, table, name, row) {
    world.refuseSecret(table, name);
    const column = world.column(table, name);
    const text = row === undefined ? '' : world.stored(row, name);
    const target = world.tables.get(column.reference);
    const members = {
        toString: () => text,
        nil: () => text === '',
        hasValue: () => text !== '',
        getName: () => name,
        getTableName: () => table.name,
        getReferenceTable: () => column.reference ?? null,
        getDisplayValue: () => displayValue(world, table, name, row),
        getED: () => ({
            getName: () => name,
            getInternalType: () => column.type,
            getType: () => column.type,
            isBoolean: () => column.type === 'boolean',
        }),
        getRefRecord: () => (target === undefined ? null : makeRecord(world, target.name, world.rowsById.get(text))),
        /* Which of the two forms of a boolean this gives is not documented. */
        getValue: () => (column.type === 'boolean'
            ? world.fault(`${table.name}.${name}.getValue(): undocumented for booleans`) : text || null),
        toJSON: () => world.fault(`the element ${table.name}.${name} itself in JSON, instead of its value`),
    };
    return new Proxy(members, {
        get(all, member) {
            if (member === Symbol.toPrimitive) {
                return () => text;
            }
            if (target !== undefined && world.column(target, member) !== undefined) {
                return makeElement(world, world.rowsById.get(text)?.table ?? target, member, world.rowsById.get(text));
            }
            if (typeof member === 'string' && /^(set|date)[A-Z]/.test(member)) {
                return () => world.fault(`it calls ${member} of ${table.name}.${name}`);
            }
            return all[member];
        },
        set: (all, member) => world.fault(`it writes ${String(member)} of ${table.name}.${name}`),
    });
}

/* "Date fields: the display value is based on the user's time zone" (E), which no world tells. */
function displayValue(world, table, name, row) {
    world.refuseSecret(table, name);
    const column = world.column(table, name);
    const text = row === undefined ? '' : world.stored(row, name);
    if (/^glide_date/.test(column.type) && text !== '') {
        world.fault(`the display value of ${table.name}.${name}, which is in somebody's time zone`);
    }
    const target = world.rowsById.get(text);
    return column.reference === undefined || target === undefined || target.table.display === undefined
        ? text : displayValue(world, target.table, target.table.display, target);
}

/* ---- Records -------------------------------------------------------------------------------- */

const WRITERS = ['insert', 'insertWithReferences', 'update', 'updateWithReferences', 'updateMultiple', 'deleteRecord',
    'deleteMultiple', 'initialize', 'newRecord', 'setValue', 'setDisplayValue', 'setNewGuid', 'setNewGuidValue',
    'setDynamicAttributeValue', 'setDynamicAttributeValues', 'setDynamicAttributeDisplayValue', 'applyTemplate',
    'applyEncodedQuery', 'autoSysFields', 'setForceUpdate', 'setAbortAction', 'addValue', 'setUseEngines'];

class Cursor {
    constructor(world, tableName) {
        this.world = world;
        this.name = String(tableName);
        this.query = new Query(world, this.name);
        this.rows = undefined;
        this.at = -1;
        this.window = undefined; // [first, last[
        this.limit = undefined;
        this.mayCountSysIds = false;
    }

    get row() {
        return this.rows === undefined ? undefined : this.rows[this.at];
    }

    run() {
        const all = this.query.run();
        this.nFound = all.length;
        this.rows = this.window !== undefined ? all.slice(this.window[0], this.window[1])
            : this.limit !== undefined ? all.slice(0, this.limit) : all;
        this.at = -1;
    }

    next() {
        if (this.rows === undefined || this.at + 1 >= this.rows.length) {
            this.at = this.rows === undefined ? -1 : this.rows.length;
            return false;
        }
        this.at++;
        return true;
    }

    /* chooseWindow "triggers a COUNT(*) query", setLimit does not (R). With more sys_ids than the
     * default of glide.db.first_pass_sys_id_list_size.max the count may be wrong (R). */
    count() {
        if (this.rows === undefined) {
            this.world.fault('getRowCount() before query()');
        }
        if (this.query.nSysIds > 100 && !this.mayCountSysIds) {
            this.world.fault('getRowCount() of a list of more than 100 sys_ids, which may be wrong');
        }
        return this.window !== undefined ? this.nFound : this.rows.length;
    }
}

/* The string of a column: null when it is empty or is none, booleans as 1 and 0 (R: getValue). Of a
 * dotted path that page says nothing. */
function valueOf(world, table, name, row) {
    if (name.includes('.')) {
        world.fault(`getValue('${name}'): a path of several columns is not documented there`);
    }
    const column = world.column(table, name);
    if (column === undefined || row === undefined) {
        return null;
    }
    world.refuseSecret(table, name);
    const text = world.stored(row, name);
    if (text === '') {
        return null;
    }
    return column.type === 'boolean' && Object.hasOwn(BOOLEAN_AS_NUMBER, text) ? BOOLEAN_AS_NUMBER[text] : text;
}

/* The columns of what the row is, where there is a row: a list of a parent's shows the children's
 * columns only through the parent's (assumed, as with the Table API). */
function recordMembers(world, cursor) {
    const {query} = cursor;
    const table = query.table;
    const element = (name) => {
        const [first, ...others] = String(name).split('.');
        if (world.column(table, first) === undefined) {
            return null;
        }
        return others.reduce((here, member) => here?.[member] ?? null, makeElement(world, table, first, cursor.row));
    };
    return {
        isValid: () => table !== undefined,
        isValidField: (name) => (String(name).includes('.')
            ? world.fault(`isValidField('${name}'): of several columns nothing is documented`)
            : world.column(table, String(name)) !== undefined),
        isValidRecord: () => cursor.row !== undefined,
        addQuery(name, operator, value) {
            if (arguments.length < 2) {
                world.fault('addQuery with one argument, which is not modelled');
            }
            return new QueryCondition(query, query.and(termOf(query, name, operator, value, arguments.length)));
        },
        addEncodedQuery: (text) => query.encoded(String(text)),
        addActiveQuery: () => new QueryCondition(query, query.and(query.term('active', '=', 'true'))),
        addNullQuery: (name) => new QueryCondition(query, query.and(query.term(String(name), 'ISEMPTY', ''))),
        addNotNullQuery: (name) => new QueryCondition(query, query.and(query.term(String(name), 'ISNOTEMPTY', ''))),
        orderBy: (name) => query.order(String(name), false),
        orderByDesc: (name) => query.order(String(name), true),
        setLimit(limit) {
            cursor.limit = Number(limit);
            cursor.window = undefined; // "its record window is overwritten" (R)
        },
        chooseWindow(first, last) {
            cursor.window = [Number(first), Number(last)];
        },
        setNoCount() {},
        setWorkflow() {},
        disableSysIdInOptimization() {
            cursor.mayCountSysIds = true;
        },
        query(name, value) {
            if (arguments.length === 2) {
                query.and(query.term(String(name), '=', String(value)));
            }
            cursor.run();
        },
        next: () => cursor.next(),
        hasNext: () => cursor.rows !== undefined && cursor.at + 1 < cursor.rows.length,
        get(name, value) {
            query.blocks = [[]];
            query.and(arguments.length > 1 ? query.term(String(name), '=', String(value))
                : query.term('sys_id', '=', String(name)));
            cursor.run();
            return cursor.next();
        },
        getRowCount: () => cursor.count(),
        getTableName: () => cursor.name,
        getRecordClassName: () => (cursor.row === undefined ? cursor.name : cursor.row.table.name),
        getUniqueValue: () => (cursor.row === undefined ? null : cursor.row.sys_id),
        getValue: (name) => valueOf(world, table, String(name), cursor.row),
        getElement: element,
        getDisplayValue: (name) => (name === undefined
            ? displayValue(world, table, table.display ?? 'sys_id', cursor.row)
            : world.column(table, String(name)) === undefined ? null
                : displayValue(world, table, String(name), cursor.row)),
        getED: () => ({getName: () => cursor.name}),
        instanceOf: (name) => table !== undefined && world.tables.has(name) && world.isA(table, world.tables.get(name)),
    };
}

/* A column goes before the method of its name: "This method fails if there is a field in the table
 * called next" (R). */
function proxyOf(world, cursor, members) {
    members._query = members.query;
    members._next = members.next;
    return new Proxy(members, {
        get(all, member) {
            if (typeof member === 'string' && world.column(cursor.query.table, member) !== undefined) {
                return makeElement(world, cursor.query.table, member, cursor.row);
            }
            if (WRITERS.includes(member)) {
                return () => world.fault(`it calls ${member}() of ${cursor.name}`);
            }
            if (member === 'toJSON') {
                return () => world.fault(`a record of ${cursor.name} itself in JSON`);
            }
            return all[member];
        },
        set: (all, member) => world.fault(`it writes ${String(member)} of ${cursor.name}`),
    });
}

function makeRecord(world, tableName, row) {
    const cursor = new Cursor(world, tableName);
    if (row !== undefined) {
        cursor.rows = [row];
        cursor.at = 0;
    }
    return proxyOf(world, cursor, recordMembers(world, cursor));
}

/* COUNT alone, with and without groups (c_GlideAggregateAPI.md): a String. */
function makeAggregate(world, tableName) {
    const cursor = new Cursor(world, tableName);
    const members = recordMembers(world, cursor);
    const groupedBy = [];
    let groups;
    let at = -1;
    Object.assign(members, {
        addAggregate(name) {
            if (name !== 'COUNT') {
                world.fault(`the aggregate ${name}, which is not modelled`);
            }
        },
        groupBy: (name) => groupedBy.push(String(name)),
        query() {
            groups = new Map(groupedBy.length === 0 ? [['', []]] : []);
            for (const row of cursor.query.run()) {
                const key = groupedBy.map((name) => world.stored(row, name)).join('\u0000');
                groups.set(key, [...(groups.get(key) ?? []), row]);
            }
            groups = [...groups.values()];
            at = -1;
        },
        next: () => groups !== undefined && ++at < groups.length,
        hasNext: () => groups !== undefined && at + 1 < groups.length,
        getAggregate: () => String(groups[at].length),
        getValue: (name) => valueOf(world, cursor.query.table, String(name), groups[at][0]),
        getRowCount: () => groups.length,
    });
    return proxyOf(world, cursor, members);
}

/* ---- The rest of the platform --------------------------------------------------------------- */

const PLUGIN_ACTIVE = ['true', '1', 'active'];

/* "Determines if the specified plugin has been activated" (c_GlidePluginManagerScopedAPI.md). */
function pluginIsActive(world, id) {
    const table = world.tables.get('sys_plugins');
    const row = table && table.rows.find((one) => one.columns.source === String(id));
    return row !== undefined && PLUGIN_ACTIVE.includes(world.stored(row, 'active'));
}

const stamp = (ms) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/* A point in time; its value is UTC in the internal format (c_APIRef.md, GlideDateTime). */
function makeDateTime(world, given) {
    const text = given === undefined ? world.document.now : String(given);
    const ms = Date.parse(`${text.replace(' ', 'T')}Z`);
    if (Number.isNaN(ms)) {
        world.fault(`new GlideDateTime('${text}'), which is not modelled`);
    }
    return {
        getValue: () => stamp(ms),
        toString: () => stamp(ms),
        getNumericValue: () => ms,
        getDisplayValue: () => world.fault('getDisplayValue() of a time, which is in somebody\'s time zone'),
    };
}

function makeSystem(world) {
    const user = world.rowsOf(world.tables.get('sys_user')).find((row) => row.columns.user_name === world.document.user);
    const system = {
        print: (text) => void world.lines.push(`*** Script: ${text}`),
        getUserName: () => world.document.user,
        getUserID: () => user.sys_id,
        getUserDisplayName: () => world.stored(user, 'name'),
        /* Without `alt` and without a row: null is assumed. */
        getProperty: (name, alt) => world.property(String(name)) ?? (alt === undefined ? null : alt),
        tableExists: (name) => world.tables.has(String(name)),
        nil: (value) => value === null || value === undefined || String(value) === '',
        /* An admin has every role (S: hasRole). */
        hasRole: () => true,
        nowNoTZ: () => world.document.now,
        nowDateTime: () => world.fault('nowDateTime(), which is in the user\'s time zone and format'),
        now: () => world.fault('now(), which is in the user\'s format'),
    };
    /* gs.log "saves it to the syslog table" (S), and its kin do: a script that writes nothing prints. */
    for (const name of ['log', 'info', 'warn', 'error', 'debug', 'logError', 'logWarning', 'setProperty', 'eventQueue',
        'eventQueueScheduled', 'addInfoMessage', 'addErrorMessage', 'setRedirect', 'setReturn', 'flushMessages',
        'executeNow', 'include']) {
        system[name] = () => world.fault(`it calls gs.${name}(), which is not a mere reading`);
    }
    return new Proxy(system, {
        get: (all, name) => (name in all || typeof name === 'symbol' ? all[name]
            : () => world.fault(`gs.${name}(), which is not modelled`)),
        set: (all, name) => world.fault(`it replaces gs.${String(name)}`),
    });
}

/* ---- The engine ----------------------------------------------------------------------------- */

/* What ES5 knows; everything else that Node brings is taken away. */
const OF_ES5 = {
    globals: ('Object Function Array String Boolean Number Date RegExp Error EvalError RangeError ReferenceError ' +
        'SyntaxError TypeError URIError Math JSON parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent ' +
        'encodeURI encodeURIComponent escape unescape eval NaN Infinity undefined').split(' '),
    Object: ('prototype getPrototypeOf getOwnPropertyDescriptor getOwnPropertyNames create defineProperty ' +
        'defineProperties seal freeze preventExtensions isSealed isFrozen isExtensible keys length name').split(' '),
    'Array': ['prototype', 'isArray', 'length', 'name'],
    'String': ['prototype', 'fromCharCode', 'length', 'name'],
    'Number': ['prototype', 'MAX_VALUE', 'MIN_VALUE', 'NaN', 'NEGATIVE_INFINITY', 'POSITIVE_INFINITY', 'length', 'name'],
    'Date': ['prototype', 'parse', 'UTC', 'now', 'length', 'name'],
    'Math': ('E LN10 LN2 LOG2E LOG10E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp floor log max min pow ' +
        'random round sin sqrt tan').split(' '),
    'Object.prototype': ('constructor toString toLocaleString valueOf hasOwnProperty isPrototypeOf ' +
        'propertyIsEnumerable').split(' '),
    'Array.prototype': ('constructor toString toLocaleString concat join pop push reverse shift slice sort splice ' +
        'unshift indexOf lastIndexOf every some forEach map filter reduce reduceRight length').split(' '),
    'String.prototype': ('constructor toString valueOf charAt charCodeAt concat indexOf lastIndexOf localeCompare match ' +
        'replace search slice split substr substring toLowerCase toLocaleLowerCase toUpperCase toLocaleUpperCase trim ' +
        'length').split(' '),
};

/* Runs inside the new context. Symbols stay where the engine itself needs them. */
const PRUNE = `(function (kept) {
    var root = this;
    function prune(object, names) {
        Object.getOwnPropertyNames(object).forEach(function (name) {
            if (names.indexOf(name) < 0) {
                delete object[name];
            }
        });
    }
    Object.keys(kept).forEach(function (path) {
        if (path !== 'globals') {
            prune(path.split('.').reduce(function (here, name) { return here[name]; }, root), kept[path]);
        }
    });
    prune(root, kept.globals);
})`;

/* The server's clock, which may be wrong. */
const SHIFT = `(function (offset_ms) {
    var Real = Date;
    function Shifted(year, month, day, hours, minutes, seconds, ms) {
        if (!(this instanceof Real)) {
            return new Shifted().toString();
        }
        switch (arguments.length) {
        case 0: return new Real(Real.now() + offset_ms);
        case 1: return new Real(year);
        default: return new Real(year, month, day || 1, hours || 0, minutes || 0, seconds || 0, ms || 0);
        }
    }
    Shifted.prototype = Real.prototype;
    Shifted.parse = Real.parse;
    Shifted.UTC = Real.UTC;
    Shifted.now = function () { return Real.now() + offset_ms; };
    Date = Shifted;
})`;

function makeContext(world) {
    const context = vm.createContext({});
    vm.runInContext(SHIFT, context)((world.document.clock_offset_s ?? 0) * 1000);
    vm.runInContext(PRUNE, context).call(vm.runInContext('this', context), OF_ES5);
    context.gs = makeSystem(world);
    context.GlideRecord = function (name) {
        return makeRecord(world, name);
    };
    context.GlideAggregate = function (name) {
        return makeAggregate(world, name);
    };
    context.GlideDateTime = function (text) {
        return makeDateTime(world, text);
    };
    context.GlidePluginManager = function () {
        return {isActive: (id) => pluginIsActive(world, id)};
    };
    context.GlidePluginManager.isActive = (id) => pluginIsActive(world, id);
    return context;
}

/* What stands around the script's own lines, in captures of the page that ServiceNowDocs and public
 * repositories show ("Script completed in scope global: script"). */
function page(world) {
    return ['[0:00:00.123] Script completed in scope global: script',
        'Script execution history and recovery available here', ...world.lines].join('\n') + '\n';
}

/* Whether the page takes what is printed for text or for HTML is not documented: this is what is left
 * of it when a browser reads it as HTML and somebody copies it. */
function copied(text) {
    const entities = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: '\u00a0'};
    return text.replace(/<[a-zA-Z/!?][^>]*>/g, '').replace(/&(\w+);/g, (all, name) => entities[name] ?? all);
}

/* Runs a script over a world: {page, faults, error}. */
function run(document, source, {asHtml = false} = {}) {
    const world = new World(document);
    let error;
    world.faults.push(...es5Faults(source).map((text) => `not ES5: ${text}`));
    if (world.faults.length === 0) {
        try {
            vm.runInContext(source, makeContext(world), {filename: 'script', timeout: 60000});
        } catch (thrown) {
            error = thrown;
        }
    }
    return {page: asHtml ? copied(page(world)) : page(world), faults: [...new Set(world.faults)], error};
}

function main(given) {
    let document;
    let source;
    try {
        document = JSON.parse(fs.readFileSync(given[0], 'utf8'));
        source = fs.readFileSync(given[1], 'utf8');
    } catch (error) {
        process.stderr.write(`usage: node glide.js WORLD.json SCRIPT.js [--page html]: ${error.message}\n`);
        return 2;
    }
    const result = run(document, source, {asHtml: given[2] === '--page' && given[3] === 'html'});
    process.stdout.write(result.page);
    for (const fault of result.faults) {
        process.stderr.write(`glide: ${fault}\n`);
    }
    if (result.error !== undefined && result.faults.length === 0) {
        process.stderr.write(`glide: the script threw: ${result.error.stack ?? result.error}\n`);
    }
    return result.faults.length > 0 ? 3 : result.error === undefined ? 0 : 1;
}

if (require.main === module) {
    process.exitCode = main(process.argv.slice(2));
}

module.exports = {run};
