/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a script is one that the Rhino engine of every release takes: ES5 (ECMA-262, 5th edition),
 * and no reserved word of ES3 as a name, since Rhino knew those before.
 *
 * How sure it is: Node parses the script first, so what is left are programs of a later edition. Of
 * those the tokens are read, and each thing a later edition added to the grammar is looked for by
 * name. It is a list and no grammar: whatever is not on it would be taken. What a later edition added
 * to the library is looked for by name too; tests/cli/glide.js takes it away besides.
 */
'use strict';

const vm = require('vm');

const WORDS = new Set(('break case catch continue debugger default delete do else finally for function if in ' +
    'instanceof new return switch this throw try typeof var void while with null true false').split(' '));
/* Words of later editions, and those that ES3 kept for Java's sake. */
const RESERVED = new Set(('let const class enum export extends import super yield await async implements interface ' +
    'package private protected public static abstract boolean byte char double final float goto int long native ' +
    'short synchronized throws transient volatile').split(' '));
const PUNCTUATION = ['>>>=', '...', '===', '!==', '**=', '<<=', '>>=', '>>>', '&&=', '||=', '??=', '=>', '==', '!=',
    '<=', '>=', '&&', '||', '??', '?.', '++', '--', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<', '>>', '**',
    '{', '}', '(', ')', '[', ']', ';', ',', '<', '>', '+', '-', '*', '/', '%', '&', '|', '^', '!', '~', '?', ':', '=',
    '.', '#', '@'];
const LATER_PUNCTUATION = new Map([['=>', 'an arrow function'], ['...', 'a spread or a rest parameter'],
    ['**', 'the operator **'], ['**=', 'the operator **='], ['??', 'the operator ??'], ['??=', 'the operator ??='],
    ['&&=', 'the operator &&='], ['||=', 'the operator ||='], ['?.', 'optional chaining'], ['#', 'a private name'],
    ['@', 'a decorator']]);
const LATER_LIBRARY = new Set(('includes startsWith endsWith repeat padStart padEnd trimStart trimEnd matchAll ' +
    'replaceAll codePointAt fromCodePoint normalize assign entries fromEntries setPrototypeOf findIndex findLast flat ' +
    'flatMap copyWithin getOwnPropertySymbols getOwnPropertyDescriptors isInteger isSafeInteger isNaN trunc sign ' +
    'Symbol Map Set WeakMap WeakSet Promise Proxy Reflect ArrayBuffer Uint8Array globalThis BigInt').split(' '));
const OF_NUMBERS = /^(0[xX][0-9a-fA-F]+|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)/;

/* ---- Tokens --------------------------------------------------------------------------------- */

/* A slash begins a regular expression where no value can have ended just before. */
function mayBeRegex(tokens) {
    const last = tokens[tokens.length - 1];
    if (last === undefined) {
        return true;
    }
    if (last.kind === 'word') {
        return WORDS.has(last.text) && !['this', 'null', 'true', 'false'].includes(last.text);
    }
    return last.kind === 'punctuation' && ![')', ']', '}', '++', '--'].includes(last.text);
}

function readQuoted(source, at) {
    const quote = source[at];
    let end = at + 1;
    while (end < source.length && source[end] !== quote) {
        end += source[end] === '\\' ? 2 : 1;
    }
    return source.slice(at, end + 1);
}

function readRegex(source, at) {
    let end = at + 1;
    let inClass = false;
    while (end < source.length && (source[end] !== '/' || inClass)) {
        inClass = source[end] === '[' || (inClass && source[end] !== ']');
        end += source[end] === '\\' ? 2 : 1;
    }
    return source.slice(at, end + 1) + /^[A-Za-z]*/.exec(source.slice(end + 1))[0];
}

function readToken(source, at, tokens) {
    const rest = source.slice(at);
    const c = source[at];
    if (c === '"' || c === "'") {
        return ['string', readQuoted(source, at)];
    }
    if (c === '`') {
        return ['template', '`'];
    }
    if (c === '/' && mayBeRegex(tokens)) {
        return ['regex', readRegex(source, at)];
    }
    const word = /^[A-Za-z_$\\\u0080-\uffff][\w$\\\u0080-\uffff]*/.exec(rest);
    if (word) {
        return ['word', word[0]];
    }
    const number = OF_NUMBERS.exec(rest);
    if (number && !(c === '.' && !/\d/.test(source[at + 1]))) {
        return ['number', number[0]];
    }
    const mark = PUNCTUATION.find((text) => rest.startsWith(text));
    return mark === undefined ? ['unknown', c] : ['punctuation', mark];
}

/* The tokens of a script: {kind, text, line}. Comments and blanks are none. */
function tokensOf(source) {
    const tokens = [];
    const countLines = (text) => text.split('\n').length - 1;
    let at = 0;
    let line = 1;
    while (at < source.length) {
        const skipped = /^(\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(source.slice(at));
        if (skipped) {
            at += skipped[0].length;
            line += countLines(skipped[0]);
            continue;
        }
        const [kind, text] = readToken(source, at, tokens);
        tokens.push({kind, text, line});
        at += text.length;
        line += countLines(text);
        if (kind === 'template') {
            break; // what it is would take a grammar, and it is refused anyhow
        }
    }
    return tokens;
}

/* ---- What braces and brackets are ----------------------------------------------------------- */

/* Whether what begins behind this token is a value rather than a statement. */
function expectsValue(token) {
    if (token === undefined) {
        return false;
    }
    if (token.kind === 'word') {
        return ['return', 'typeof', 'case', 'new', 'delete', 'void', 'throw', 'in', 'instanceof'].includes(token.text);
    }
    return token.kind === 'punctuation' && !['{', '}', ')', ']', ';', '++', '--', '=>', ':'].includes(token.text);
}

/* Behind a colon a brace is a value in a literal and behind a question mark, else a block's. */
function isValueBehindColon(stack) {
    const top = stack[stack.length - 1];
    return top !== undefined && (top.isLiteral || top.nQuestions > 0);
}

/* Gives each opening token `isLiteral` (of an object or an array) and each closing one `opened`. */
function pair(tokens) {
    const stack = [{nQuestions: 0}];
    tokens.forEach((token, i) => {
        const before = tokens[i - 1];
        const top = stack[stack.length - 1];
        if (token.kind !== 'punctuation') {
            return;
        }
        if (token.text === '?') {
            top.nQuestions++;
        } else if ('{(['.includes(token.text)) {
            const isColon = before !== undefined && before.kind === 'punctuation' && before.text === ':';
            token.isLiteral = token.text === '['
                ? !(before && (['string', 'regex'].includes(before.kind) || [')', ']', '}'].includes(before.text) ||
                    (before.kind === 'word' && !expectsValue(before))))
                : token.text === '{' && (isColon ? isValueBehindColon(stack) : expectsValue(before));
            stack.push({text: token.text, isLiteral: token.isLiteral, token, nQuestions: 0});
        } else if ('})]'.includes(token.text) && stack.length > 1) {
            const opened = stack.pop();
            token.opened = opened.token;
            opened.token.closed = i;
        }
        token.parent = stack[stack.length - 1].token;
    });
    return tokens;
}

/* ---- The rules ------------------------------------------------------------------------------ */

const is = (token, text) => token !== undefined && token.kind !== 'string' && token.text === text;

function checkParameters(tokens, i, tell) {
    const open = is(tokens[i + 1], '(') ? i + 1 : i + 2;
    if (!is(tokens[open], '(')) {
        tell(tokens[i], 'a generator, or no function at all');
        return;
    }
    for (let k = open + 1, wantsName = true; k < tokens[open].closed; k++, wantsName = !wantsName) {
        if (wantsName ? tokens[k].kind !== 'word' : !is(tokens[k], ',')) {
            tell(tokens[k], 'a parameter that is no plain name (a default, a pattern)');
            return;
        }
    }
}

function checkMember(tokens, i, tell) {
    const key = tokens[i];
    if (is(key, '}')) {
        return;
    }
    if (key.kind === 'word' && (key.text === 'get' || key.text === 'set') && !is(tokens[i + 1], ':')) {
        tell(key, 'a getter or a setter');
    } else if (!['word', 'string', 'number'].includes(key.kind) || !is(tokens[i + 1], ':')) {
        tell(key, 'a member that is not `name: value` (a shorthand, a method, a computed name)');
    } else if (key.kind === 'word' && (WORDS.has(key.text) || RESERVED.has(key.text))) {
        tell(key, `the reserved word ${key.text} as the name of a member, unquoted`);
    }
}

function checkWord(tokens, i, tell) {
    const token = tokens[i];
    const isMember = is(tokens[i - 1], '.');
    if (isMember && (WORDS.has(token.text) || RESERVED.has(token.text))) {
        tell(token, `the reserved word ${token.text} as the name of a member, behind a dot`);
    } else if (RESERVED.has(token.text) && !is(tokens[i + 1], ':')) {
        tell(token, `the word ${token.text}`);
    } else if (LATER_LIBRARY.has(token.text) && (isMember || /^[A-Z]/.test(token.text)) && !is(tokens[i + 1], ':') &&
               !(token.text === 'isNaN' && !isMember)) {
        tell(token, `${token.text}, which is younger than ES5`);
    } else if (token.text === 'function') {
        checkParameters(tokens, i, tell);
    } else if (token.text === 'catch' && !is(tokens[i + 1], '(')) {
        tell(token, 'a catch without a name');
    } else if (token.text === 'var' && (is(tokens[i + 1], '{') || is(tokens[i + 1], '['))) {
        tell(token, 'a pattern in a declaration');
    } else if (/\\u\{/.test(token.text)) {
        tell(token, 'an escape \\u{…}');
    }
}

/* `for (var x of y)` and `for (x of y)`: a word `of` right behind a name, inside the parentheses of a for. */
function isForOf(tokens, i) {
    const open = is(tokens[i - 2], '(') ? i - 2 : i - 3;
    return tokens[i].text === 'of' && i > 2 && tokens[i - 1].kind === 'word' && is(tokens[open], '(') &&
        is(tokens[open - 1], 'for');
}

function checkPunctuation(tokens, i, tell) {
    const token = tokens[i];
    const next = tokens[i + 1];
    if (LATER_PUNCTUATION.has(token.text)) {
        tell(token, LATER_PUNCTUATION.get(token.text));
    }
    if (token.text === ',' && (is(next, ')') || is(next, ']') || is(next, '}'))) {
        tell(token, 'a comma behind the last item');
    }
    const parent = token.text === '{' ? token : token.parent;
    if (next !== undefined && parent !== undefined && parent.text === '{' && parent.isLiteral &&
        (token === parent || token.text === ',')) {
        checkMember(tokens, i + 1, tell);
    }
    if ((token.text === ']' || token.text === '}') && token.opened && token.opened.isLiteral && is(next, '=')) {
        tell(token, 'a pattern on the left of an assignment');
    }
}

function checkOther(token, tell) {
    if (token.kind === 'template') {
        tell(token, 'a template string');
    } else if (token.kind === 'string' && /(^|[^\\])(\\\\)*\\u\{/.test(token.text)) {
        tell(token, 'an escape \\u{…} in a string');
    } else if (token.kind === 'regex' && (/\/[a-z]*[^gim/]+[a-z]*$/.test(token.text) || /\(\?<|\\[pk]/.test(token.text))) {
        tell(token, 'a regular expression with a flag or a group that is younger than ES5');
    } else if (token.kind === 'unknown') {
        tell(token, `the character ${token.text}`);
    }
}

function checkNumber(tokens, i, tell) {
    const next = tokens[i + 1];
    if (next !== undefined && next.kind === 'word' && next.line === tokens[i].line && /^[_nobx\d]/i.test(next.text) &&
        !WORDS.has(next.text)) {
        tell(tokens[i], 'a number in a form that is younger than ES5');
    }
}

/* What is in the way, as sentences with the line; an empty list when nothing is. */
function es5Faults(source) {
    const faults = [];
    const tell = (token, what) => faults.push(`line ${token.line}: ${what}`);
    try {
        new vm.Script(source);
    } catch (error) {
        return [`it is no script: ${error.message}`];
    }
    const tokens = pair(tokensOf(source));
    tokens.forEach((token, i) => {
        if (token.kind === 'word') {
            (isForOf(tokens, i) ? tell(token, 'for…of') : checkWord(tokens, i, tell));
        } else if (token.kind === 'punctuation') {
            checkPunctuation(tokens, i, tell);
        } else if (token.kind === 'number') {
            checkNumber(tokens, i, tell);
        } else {
            checkOther(token, tell);
        }
    });
    return faults;
}

module.exports = {es5Faults, tokensOf};
