// The panel: the chain behind the number that was clicked, from the JSON that stands in the page.
// Every text from data is set as text, never as markup. Without this script the links still lead
// to the tables at the end of the page.
(() => {
  "use strict";
  const MOST = 8; // entries of a list before the rest is folded away
  const chains = JSON.parse(document.getElementById("chains").textContent);
  for (const name of ["cells", "studies", "steps", "parts"]) chains[name] = records(chains[name]);
  chains.numbers = Object.fromEntries(records(chains.numbers).map((number) => [number.id, number]));
  const KINDS = {
    assumptions: "Assumptions", config: "Decisions in config.yaml", claims: "Printed claims",
    flow: "Counts of the flow", other: "Other grounds",
  };
  const LINK = ".num[data-id] a, a[data-id]"; // in the text, in a figure
  let opener = null;

  // Records from their columns: each is its values, or its different values and the place of each row's.
  function records(columns) {
    const names = Object.keys(columns || {});
    const all = names.map((name) => Array.isArray(columns[name]) ? columns[name]
      : columns[name].at.map((place) => columns[name].of[place]));
    return (all[0] || []).map((_, row) => Object.fromEntries(names.map((name, place) => [name, all[place][row]])));
  }

  // An element with attributes and children; a child that is no element becomes text.
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== ""));
    return element;
  }

  // The places that a text such as "0-2 5" stands for.
  function places(spans) {
    return spans.split(" ").filter(Boolean).flatMap((run) => {
      const [low, high = low] = run.split("-").map(Number);
      return Array.from({ length: high - low + 1 }, (_, step) => low + step);
    });
  }

  function list(items, name) {
    const shown = make("ul", {}, items.slice(0, MOST)), rest = items.slice(MOST);
    if (!rest.length) return [shown];
    const label = `Show ${rest.length} more ${name}`;
    return [shown, make("details", {}, make("summary", {}, label), make("ul", {}, rest))];
  }

  function section(title, count, ...content) {
    const heading = make("h3", {}, title, count ? make("span", { class: "chain-count" }, ` ${count}`) : "");
    return make("section", {}, heading, content);
  }

  function listed(title, items, name) {
    return items.length ? section(title, items.length, list(items, name)) : null;
  }

  // A link to a row of the tables at the end of the page, or its name where there is no such row.
  function row(target, name) {
    const there = document.getElementById(target);
    return there ? make("a", { href: `#${target}`, class: "chain-row" }, name) : make("code", {}, name);
  }

  function said(words, label) {
    return words ? make("p", { class: "chain-small" }, label ? `${label}: ` : "", words) : null;
  }

  function quote(words) {
    return words ? make("blockquote", {}, `\u201c${words}\u201d`) : null;
  }

  function making(number) {
    const terms = chains.methods[number.method];
    const whole = terms.length === 1 && terms[0][0] === number.method; // one term says it all
    return section("How it was made", 0,
      make("p", {}, number.method, whole ? `: ${terms[0][1]}` : ""),
      terms.length && !whole ? make("dl", {}, terms.map(([piece, words]) =>
        [make("dt", {}, piece), make("dd", {}, words)])) : null,
      make("p", { class: "chain-small" }, "Rule ", make("code", {}, number.rule), ", script ",
        make("code", {}, `workflow/scripts/${number.rule}.py`), ", value in ", make("code", {}, number.file)));
  }

  function analysis(number) {
    return chains.analyses[number.analysis] || { title: "", estimates: {} };
  }

  function study(place, found, remark) {
    const about = chains.studies[place];
    return make("li", {},
      make("strong", {}, about.label), ` ${about.design}`,
      found ? make("p", {}, `Effect ${found[0]} (${found[1]} to ${found[2]}), weight ${found[3]}`) : null,
      said(about.role), said(about.reason), said(remark));
  }

  function studies(number) {
    const found = analysis(number).estimates;
    const used = places(number.studies).map((place) => study(place, found[place], ""));
    const roles = places(number.roles).map((place) =>
      study(place, null, "No cell of it, only its role was read."));
    return listed("Studies", [...used, ...roles], "studies");
  }

  // One cell; its study is named where it is not that of the cell before.
  function cell(place, position, all) {
    const about = chains.cells[place], before = chains.cells[all[position - 1]];
    const owner = chains.studies.find((one) => one.study === about.study);
    const same = before && before.study === about.study;
    const value = about.value ? [make("b", {}, about.value), ` ${about.unit}`] : ["unknown"];
    return make("li", {},
      same ? null : make("p", { class: "chain-owner" }, owner ? owner.label : about.study),
      make("p", { class: "chain-lead" }, `${about.what}: `, value),
      quote(about.quote), said(about.source), said(about.reason), said(about.note, "Note"),
      make("p", { class: "chain-small" }, row(`row-${about.row}`, about.row)));
  }

  function step(place) {
    const about = chains.steps[place];
    const value = about.value === null ? "nothing" : Number(about.value.toPrecision(6));
    return make("li", {},
      make("p", {}, about.place, ": ", make("b", {}, about.step),
        about.status === "used" ? "" : ` (${about.status})`),
      make("p", {}, `${about.inputs} \u2192 ${about.output} = ${value}`),
      said([about.formula, about.source].filter(Boolean).join("; ")), said(about.message));
  }

  function part(about) {
    const name = about.kind === "claims" ? row(`claim-${about.name.slice(7)}`, about.name)
      : make("code", {}, about.name);
    return make("li", {}, make("p", {}, about.says), quote(about.quote),
      said(about.reason, "Reason"), said(about.source, "Source"),
      make("p", { class: "chain-small" }, name));
  }

  function parts(number) {
    const found = places(number.parts).map((place) => chains.parts[place]);
    return Object.entries(KINDS).map(([kind, title]) =>
      listed(title, found.filter((one) => one.kind === kind).map(part), "entries"));
  }

  function stands(number) {
    const found = Object.entries(number.stands).map(([reason, spans]) => {
      const items = places(spans).map((place) => {
        const about = chains.cells[place];
        return make("li", {}, `${about.what}: ${about.value || "unknown"} `, row(`row-${about.row}`, about.row));
      });
      return [make("p", {}, chains.stands[reason] || reason), list(items, "cells")];
    });
    return found.length ? section("Looked at, but need not move the number", 0, found) : null;
  }

  function files(id, number) {
    const sums = places(number.inputs).map((place) => chains.inputs[place]).map(([path, total]) =>
      make("li", {}, make("code", {}, path),
        make("p", { class: "chain-small chain-sum" }, total ? `SHA-256 ${total}` : "kept whole in results/manifest.json")));
    return section("Files and versions", 0,
      make("p", {}, "Library ", make("code", {}, chains.library)),
      sums.length ? make("ul", {}, sums) : null,
      document.getElementById(`provenance-${id}`)
        ? make("p", {}, make("a", { href: `#provenance-${id}` }, "Its row in the tables of this page")) : null);
  }

  function head(id, number) {
    const full = number.value === null ? "There is no value."
      : String(number.value) === number.text ? "" : `Full precision: ${number.value}`;
    return make("header", {},
      make("div", {},
        make("h2", { id: "chain-title" }, make("span", { class: "chain-number" }, number.text), ` ${number.unit}`),
        make("p", { class: "chain-small chain-lead" },
          [number.name, analysis(number).title].filter(Boolean).join("; ")), said(full), make("p", { class: "chain-small" }, make("code", {}, id))),
      make("button", { type: "button", class: "chain-close", "aria-label": "Close" }, "\u00d7"));
  }

  function open(link) {
    const id = link.closest("[data-id]").dataset.id, number = chains.numbers[id];
    if (!number) return false;
    const cells = places(number.cells).map(cell);
    const content = [making(number), studies(number),
      listed("Cells of the extraction", cells, "cells"),
      listed("Conversions of these cells", places(number.steps).map(step), "conversions"),
      ...parts(number), stands(number), files(id, number)].filter(Boolean);
    const body = make("div", { class: "chain-body", role: "group", "aria-labelledby": "chain-title",
      tabindex: "0" }, content);
    dialog.replaceChildren(head(id, number), body);
    opener = link;
    if (!dialog.open) dialog.showModal();
    body.focus({ preventScroll: true }); // so that the arrow keys scroll it
    return true;
  }

  const dialog = make("dialog", { id: "chain", role: "dialog", "aria-modal": "true", "aria-labelledby": "chain-title" });
  document.body.append(dialog);
  for (const link of document.querySelectorAll('.num:not([data-id]) > a[href^="#provenance-"]')) {
    link.parentElement.dataset.id = link.getAttribute("href").slice("#provenance-".length);
  }
  for (const link of document.querySelectorAll(LINK)) {
    link.setAttribute("aria-haspopup", "dialog");
    link.setAttribute("role", "button");
  }

  document.addEventListener("pointerover", (event) => { // a tip says how the number was made
    const link = event.target.closest(LINK);
    const number = link && chains.numbers[link.closest("[data-id]").dataset.id];
    if (number && !link.hasAttribute("title")) link.setAttribute("title", number.method);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest(LINK);
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link && plain && open(link)) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const link = event.target.closest(LINK);
    if (link && (event.key === " " || event.key === "Enter") && open(link)) event.preventDefault();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target.closest(".chain-close")) return dialog.close();
    if (event.target.closest("a[href]")) { opener = null; return dialog.close(); } // the page jumps there
    if (event.target !== dialog) return;
    dialog.close(); // beside the panel; the number below the pointer opens in its turn
    const below = document.elementFromPoint(event.clientX, event.clientY);
    const link = below && below.closest(LINK);
    if (link) open(link);
  });
  dialog.addEventListener("close", () => {
    if (opener && !dialog.open) opener.focus();
  });
})();
