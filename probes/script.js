// What stands above is all there is to read. Below is how: nothing here inserts, updates or deletes, sets a property, or
// calls anything outside this instance. A column that holds a password, a token or a secret is not among those above.
(function (plan) {
  var LONGEST_RUN_MS = 60000;
  var began = new Date();
  var goesOn = true;
  var pages = [], exchanges = [], answers = [];
  var rowsOf = {}; // table -> rows read so far, for what follows upon them

  // ---- Values

  // The value of a column, as the REST API would show it; a dot leads along a reference. Null: there is no such column.
  function valueOf(record, column) {
    var names = column.split('.');
    var at = record.isValidField(names[0]) ? record.getElement(names[0]) : null;
    var i;
    for (i = 1; i < names.length && at; i += 1) {
      at = at[names[i]];
    }
    return at === undefined || at === null ? null : at.toString() + '';
  }

  function rowOf(record, columns) {
    var row = {}, i;
    for (i = 0; i < columns.length; i += 1) {
      row[columns[i]] = valueOf(record, columns[i]);
    }
    return row;
  }

  function find(rows, column, value) {
    var i;
    for (i = 0; i < rows.length; i += 1) {
      if (rows[i][column] === value) {
        return rows[i];
      }
    }
    return null;
  }

  // ---- What the server itself says

  // A property may be in force without a row of sys_properties, or with another value. What is encrypted is left alone.
  function asInForce(rows, names) {
    var i, row, value;
    for (i = 0; i < names.length; i += 1) {
      row = find(rows, 'name', names[i]);
      if (row === null || !/password/i.test(row.type || '')) {
        value = gs.getProperty(names[i]);
        value = value === undefined || value === null ? '' : value + '';
        if (row === null && value !== '') {
          rows.push({ name: names[i], value: value });
        } else if (row !== null && value !== '' && value.trim() !== (row.value || '').trim()) {
          row.value = value;
        }
      }
    }
  }

  // v_plugin is made up for each query; whether a plugin is active, its manager knows.
  function asActivated(rows, ids) {
    var i, row, state;
    var told = rows.length > 0;
    for (i = 0; i < ids.length; i += 1) {
      row = find(rows, 'id', ids[i]);
      state = new GlidePluginManager().isActive(ids[i]) ? 'active' : 'inactive';
      if (row !== null) {
        row.active = state;
      } else if (state === 'active' || !told) {
        rows.push({ id: ids[i], active: state });
      }
    }
  }

  // ---- Reading

  // How many rows the condition has, where not all of them are wanted.
  function countOf(ask) {
    var count = new GlideAggregate(ask.table);
    if (ask.query !== '') {
      count.addEncodedQuery(ask.query);
    }
    count.addAggregate('COUNT');
    count.query();
    return count.next() ? parseInt(count.getAggregate('COUNT'), 10) : -1;
  }

  function readRows(ask) {
    var rows = [];
    var record = new GlideRecord(ask.table);
    if (ask.query !== '') {
      record.addEncodedQuery(ask.query);
    }
    record.setLimit(ask.limit);
    record.query();
    while (record.next()) {
      rows.push(rowOf(record, ask.columns));
    }
    return rows;
  }

  function note(ask, page, outcome, from) {
    var n = exchanges.length + 1;
    var ended = new Date();
    page.exchange = n;
    page.fields = ask.columns;
    page.is_list = true;
    if (!ask.is_sample) {
      page.shape = ask.question;
      page.values = ask.values;
    }
    pages.push(page);
    answers.push({ question: ask.question, taken: timeOf(ended), exchange: n, page: pages.length - 1 });
    exchanges.push({ n: n, wave: 0, credential: 'auditor', method: 'GlideRecord', url: ask.table + (ask.query ? '?' + ask.query : ''),
      outcome: outcome, ms: ended - from, started_ms: from - began, is_from_node: true });
  }

  function read(ask) {
    var from = new Date();
    var page = { columns: ask.columns, rows: [] };
    var isThere = new GlideRecord(ask.table).isValid();
    var rows = isThere ? readRows(ask) : [];
    var wasCut = rows.length >= ask.limit;
    if (ask.table === 'v_plugin' && ask.question.key === 'id') {
      asActivated(rows, ask.values);
      isThere = true;
    } else if (ask.table === 'sys_properties' && ask.question.key === 'name') {
      asInForce(rows, ask.values);
    }
    page.total = rows.length;
    if (wasCut) {
      page.total = countOf(ask);
      page.was_cut = true;
    }
    page.rows = rows.map(function (row) {
      return ask.columns.map(function (column) {
        var value = row[column] === undefined ? null : row[column];
        return ask.is_sample && column !== 'sys_id' && value !== null ? '' : value;
      });
    });
    rowsOf[ask.table] = (rowsOf[ask.table] || []).concat(rows);
    note(ask, page, isThere ? 'result' : 'invalid-table', from);
  }

  function isLate() {
    return new Date() - began > LONGEST_RUN_MS;
  }

  // Values that another answer gave, and nobody asked for yet.
  function newValues(from, asked) {
    var values = [], parts = from.split(':'), i, value;
    var rows = rowsOf[parts[0]] || [];
    for (i = 0; i < rows.length; i += 1) {
      value = rows[i][parts[1]];
      if (value && !/[,\^]/.test(value) && asked.indexOf(value) < 0 && values.indexOf(value) < 0) {
        values.push(value);
      }
    }
    return values.slice(0, 100);
  }

  // A question of which only now the values are known.
  function readWith(ask, values) {
    var question = {}, name;
    for (name in ask.question) {
      if (ask.question.hasOwnProperty(name)) {
        question[name] = ask.question[name];
      }
    }
    question.value = values[0];
    read({ table: ask.table, query: ask.query + question.key + 'IN' + values.join(','), columns: ask.columns,
      limit: ask.limit, values: values, question: question });
  }

  // The same about values that earlier rows tell. False when there are none.
  function follow(ask) {
    var values = [], i;
    for (i = 0; i < ask.from.length; i += 1) {
      values = values.concat(newValues(ask.from[i], ask.asked.concat(values)));
    }
    if (values.length > 0) {
      ask.asked = ask.asked.concat(values);
      readWith(ask, ask.controls.concat(values));
    }
    return values.length > 0;
  }

  // ---- Writing it down

  function timeOf(date) {
    return date.toISOString().substring(0, 19) + 'Z';
  }

  // Half of a character is none.
  function whole(text) {
    return text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, function (found) {
      return found.length === 2 ? found : '\ufffd';
    });
  }

  function hex(number, digits) {
    return ('00000000' + number.toString(16)).slice(-digits);
  }

  var SHORT = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '"': '\\"', '\\': '\\\\' };

  function quoted(text) {
    return '"' + whole(text).replace(/[\u0000-\u001f"\\]/g, function (found) {
      return SHORT[found] || '\\u' + hex(found.charCodeAt(0), 4);
    }) + '"';
  }

  // JSON in one spelling: keys in order, no blanks. The digest is one of that.
  function spelt(value) {
    if (value === null || value === undefined) {
      return 'null';
    }
    if (typeof value === 'string') {
      return quoted(value);
    }
    if (typeof value !== 'object') {
      return value + '';
    }
    if (Object.prototype.toString.call(value) === '[object Array]') {
      return '[' + value.map(spelt).join(',') + ']';
    }
    return '{' + Object.keys(value).sort().map(function (key) {
      return quoted(key) + ':' + spelt(value[key]);
    }).join(',') + '}';
  }

  // SHA-256 as FIPS 180-4 has it, of the text in UTF-8; in lower-case hex.
  function sha256(text) {
    var bytes = unescape(encodeURIComponent(text));
    var primes = [], roots = [], state = [], words = [], n, i, at, a, b, c, d, e, f, g, h, s0, s1, t1, t2;
    function fraction(number) {
      return ((number - Math.floor(number)) * 4294967296) | 0;
    }
    function turned(number, by) {
      return (number >>> by) | (number << (32 - by));
    }
    for (n = 2; primes.length < 64; n += 1) {
      if (primes.every(function (prime) { return n % prime !== 0; })) {
        primes.push(n);
      }
    }
    roots = primes.map(function (prime) { return fraction(Math.pow(prime, 1 / 3)); });
    state = primes.slice(0, 8).map(function (prime) { return fraction(Math.sqrt(prime)); });
    n = bytes.length;
    bytes += '\u0080';
    while (bytes.length % 64 !== 56) {
      bytes += '\u0000';
    }
    for (i = 0; i < bytes.length; i += 1) {
      words[i >> 2] = (words[i >> 2] || 0) | (bytes.charCodeAt(i) << (24 - (i % 4) * 8));
    }
    words.push(Math.floor(n / 536870912), (n << 3) | 0);
    for (at = 0; at < words.length; at += 16) {
      var schedule = words.slice(at, at + 16);
      a = state[0]; b = state[1]; c = state[2]; d = state[3]; e = state[4]; f = state[5]; g = state[6]; h = state[7];
      for (i = 0; i < 64; i += 1) {
        if (i >= 16) {
          s0 = schedule[i - 15];
          s1 = schedule[i - 2];
          schedule[i] = (schedule[i - 16] + (turned(s0, 7) ^ turned(s0, 18) ^ (s0 >>> 3)) + schedule[i - 7] +
            (turned(s1, 17) ^ turned(s1, 19) ^ (s1 >>> 10))) | 0;
        }
        t1 = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + roots[i] + schedule[i]) | 0;
        t2 = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      state = [a, b, c, d, e, f, g, h].map(function (word, k) { return (state[k] + word) | 0; });
    }
    return state.map(function (word) { return hex(word >>> 0, 8); }).join('');
  }

  // In ASCII and without what a page would take for its own, so that it survives being copied out of a browser.
  function printable(text) {
    return text.replace(/[<>&\u007f-\uffff]/g, function (found) {
      return '\\u' + hex(found.charCodeAt(0), 4);
    });
  }

  // ---- The run

  plan.asks.forEach(function (ask) {
    if (!isLate()) {
      read(ask);
    }
  });
  plan.follow.forEach(function (ask) {
    ask.asked = ask.controls.slice();
    if (ask.controls.length > 0) {
      readWith(ask, ask.controls);
    }
  });
  while (goesOn && !isLate()) {
    goesOn = plan.follow.filter(follow).length > 0;
  }
  answers.push({ question: { kind: 'identity', credential: 'auditor', table: 'sys_user' }, taken: timeOf(new Date()),
    acceptance: 'accepted', user_name: gs.getUserName() + '' });
  var seen = plan.head;
  seen.instance = (gs.getProperty('glide.servlet.uri') || gs.getProperty('instance_name') || '') + '';
  seen.started = timeOf(began);
  seen.ended = timeOf(new Date());
  seen.duration_ms = new Date() - began;
  seen.pages = pages;
  seen.exchanges = exchanges;
  seen.answers = answers;
  seen.digest = 'sha256:' + sha256(spelt(seen));
  gs.print('\n' + printable(spelt(seen)) + '\n');
}(glidepath));
