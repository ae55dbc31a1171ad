// The editor of the SPARQL page: CodeMirror over the page's own text field, which stays the form's field.
// It lives in a shadow root, where CodeMirror's styles are constructed style sheets: the page's policy allows no inline
// style. Without this script, or where something it needs is missing, the plain text field is all there is.
import {autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap} from "@codemirror/autocomplete";
import {defaultKeymap, history, historyKeymap, indentWithTab} from "@codemirror/commands";
import {bracketMatching, HighlightStyle, indentUnit, StreamLanguage, syntaxHighlighting} from "@codemirror/language";
import {sparql} from "@codemirror/legacy-modes/mode/sparql";
import {EditorState} from "@codemirror/state";
import {drawSelection, EditorView, highlightActiveLineGutter, keymap, lineNumbers} from "@codemirror/view";
import {tags} from "@lezer/highlight";

const field = document.getElementById("query");
const KEYWORDS = ("SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS BIND VALUES GROUP BY ORDER HAVING LIMIT OFFSET PREFIX " +
  "CONSTRUCT DESCRIBE ASK GRAPH EXISTS NOT IN AS DESC ASC COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT CONTAINS LCASE UCASE " +
  "STR LANG LANGMATCHES REGEX STRSTARTS STRENDS SUBSTR CONCAT REPLACE BOUND COALESCE IF DATATYPE").split(" ");

let terms; // asked for when first needed

function known() {
  terms ??= fetch(field.dataset.terms).then((answer) => answer.ok ? answer.json() : {prefixes: {}, terms: []})
    .catch(() => ({prefixes: {}, terms: []}));
  return terms;
}

// The declaration a term needs, put at the head of the query when the term is chosen and it is not there yet.
function chosen(prefixes, name) {
  return (view, completion, from, to) => {
    const prefix = name.slice(0, name.indexOf(":"));
    const text = view.state.doc.toString();
    const changes = [{from, to, insert: name}];
    let added = 0;
    if (prefixes[prefix] && !new RegExp(`prefix\\s+${prefix}:`, "i").test(text)) {
      const line = `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
      changes.unshift({from: 0, insert: line});
      added = line.length;
    }
    view.dispatch({changes, selection: {anchor: from + added + name.length}, userEvent: "input.complete"});
  };
}

async function complete(context) {
  const before = context.matchBefore(/[?$]?[\w-]*:?[\w-]*/);
  const text = context.state.doc.toString();
  if (!before || (before.from === before.to && !context.explicit)) return null;
  if (/^[?$]/.test(before.text)) {
    const variables = new Set(text.match(/[?$]\w+/g) ?? []);
    variables.delete(before.text);
    return {from: before.from, options: [...variables].map((label) => ({label, type: "variable"})), validFor: /^[?$]\w*$/};
  }
  const line = context.state.doc.lineAt(before.from);
  const declaring = /^\s*prefix\s+$/i.test(line.text.slice(0, before.from - line.from));
  const {prefixes, terms: list} = await known();
  if (declaring) {
    const options = Object.entries(prefixes).map(([prefix, iri]) => ({label: `${prefix}: <${iri}>`, type: "namespace"}));
    return {from: before.from, options};
  }
  const language = field.dataset.language;
  const afterA = /(^|[\s;{.])a\s+$/.test(line.text.slice(0, before.from - line.from));
  const options = list.map(({name, kind, seen, ...names}) => ({
    label: name,
    displayLabel: name,
    detail: names[language] ?? names.en,
    type: kind,
    boost: Math.min(60, Math.log2(1 + seen) * 3) + (afterA === (kind === "class") ? 30 : -20),
    apply: chosen(prefixes, name),
  }));
  if (!before.text.includes(":")) {
    options.push(...KEYWORDS.map((label) => ({label, type: "keyword"})));
    const first = before.text.toLowerCase();
    // found by their name in the reader's language, too: "nhan đề" or "title" leads to bf:title
    if (first.length > 2) {
      for (const option of options) if (option.detail?.toLowerCase().startsWith(first)) option.label = before.text + " " + option.label;
    }
  }
  return {from: before.from, options};
}

const colours = HighlightStyle.define([
  {tag: tags.keyword, color: "var(--accent)", fontWeight: "600"},
  {tag: [tags.string, tags.literal], color: "var(--code-string)"},
  {tag: tags.comment, color: "var(--soft)", fontStyle: "italic"},
  {tag: [tags.variableName, tags.local(tags.variableName)], color: "var(--code-variable)"},
  {tag: [tags.atom, tags.standard(tags.variableName)], color: "var(--code-iri)"},
  {tag: [tags.bracket, tags.operator, tags.meta], color: "var(--ink)"},
]);

const look = EditorView.theme({
  "&": {color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--edge)", borderRadius: "4px", fontSize: ".88rem"},
  "&.cm-focused": {outline: "3px solid var(--focus)", outlineOffset: "2px"},
  ".cm-scroller": {fontFamily: "var(--mono)", lineHeight: "1.5", minHeight: "12rem", maxHeight: "34rem", overflow: "auto"},
  ".cm-content": {caretColor: "var(--ink)", padding: ".5rem 0"},
  ".cm-cursor": {borderLeftColor: "var(--ink)"},
  ".cm-gutters": {backgroundColor: "var(--raised)", color: "var(--soft)", borderRight: "1px solid var(--line)"},
  ".cm-activeLineGutter": {backgroundColor: "var(--line)", color: "var(--ink)"},
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {backgroundColor: "var(--code-selection)"},
  "&.cm-focused .cm-matchingBracket": {backgroundColor: "transparent", outline: "1px solid var(--edge)"},
  ".cm-tooltip": {backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "4px"},
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {fontFamily: "var(--mono)", maxWidth: "min(36rem, 90vw)"},
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {padding: ".15rem .5rem"},
  ".cm-tooltip-autocomplete ul li[aria-selected]": {backgroundColor: "var(--accent)", color: "var(--accent-ink)"},
  ".cm-completionDetail": {fontStyle: "normal", fontFamily: "var(--text)", opacity: ".8"},
  ".cm-completionMatchedText": {textDecoration: "none", fontWeight: "700"},
});

function start() {
  const form = field.form;
  const host = document.createElement("div");
  host.className = "editor";
  const root = host.attachShadow({mode: "open"});
  if (!root.adoptedStyleSheets) return;
  const label = document.getElementById("query-label");
  const help = document.getElementById("query-help");
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        lineNumbers(), history(), drawSelection(), bracketMatching(), closeBrackets(), highlightActiveLineGutter(),
        indentUnit.of("  "), StreamLanguage.define(sparql), syntaxHighlighting(colours), look,
        autocompletion({override: [complete], maxRenderedOptions: 60}),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          "aria-label": label.textContent, "aria-description": help.textContent, spellcheck: "false", autocapitalize: "off",
        }),
        EditorView.updateListener.of((update) => { if (update.docChanged) field.value = update.state.doc.toString(); }),
        keymap.of([
          {key: "Mod-Enter", run: () => { form.requestSubmit(); return true; }},
          ...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab,
        ]),
      ],
    }),
  });
  field.after(host);
  field.hidden = true;
  help.hidden = false;
  label.removeAttribute("for");
  label.addEventListener("click", () => view.focus());
  // The browser may bring back another text when one comes back to the page.
  window.addEventListener("pageshow", () => {
    const text = view.state.doc.toString();
    if (field.value !== text) view.dispatch({changes: {from: 0, to: text.length, insert: field.value}});
  });
}

if (field) start();
