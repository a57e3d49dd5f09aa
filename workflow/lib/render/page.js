// What the page can do beyond reading: tables sort and download, the contents follow the reader, and
// a link opens what hides its target. Texts are set as text, never as markup; nothing is fetched.
// Without this script every word, number, link, tab and fold of the page still works.
(() => {
  "use strict";
  const main = document.querySelector("main") || document.body;
  const NUMBER = /^[<>≤≥=\s]*([-+]?[\d,]*\.?\d+(?:e[-+]?\d+)?)(?![\d:/-])/i;
  const words = (element) => element.textContent.replace(/\s+/g, " ").trim();

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  // Tables ------------------------------------------------------------------------------------

  // The number that a cell begins with, null where it begins with none.
  function number(text) {
    const found = NUMBER.exec(text.replace(/\u2212/g, "-"));
    return found && Number(found[1].replace(/,/g, ""));
  }

  // Rows in the order of one column: as numbers if most cells are, else as words; empty cells last.
  function sorted(rows, column, turned) {
    const texts = new Map(rows.map((row) => [row, row.cells[column] ? words(row.cells[column]) : ""]));
    const filled = [...texts.values()].filter(Boolean);
    const numeric = filled.filter((text) => number(text) !== null).length * 2 > filled.length;
    const key = (row) => numeric ? number(texts.get(row)) : texts.get(row) || null;
    const compare = (a, b) => numeric ? a - b : a.localeCompare(b, undefined, { numeric: true });
    return [...rows].sort((one, other) => {
      const a = key(one), b = key(other);
      if (a === null || b === null) return (a === null) - (b === null);
      return turned ? compare(b, a) : compare(a, b);
    });
  }

  // A heading becomes a button: rising, falling, and as it was.
  function sortable(table) {
    const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells], before = [...body.rows];
    heads.forEach((head, column) => {
      if (!words(head)) return;
      const button = make("button", { type: "button", class: "sort" }, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const state = head.getAttribute("aria-sort");
        for (const other of heads) other.removeAttribute("aria-sort");
        const next = { ascending: "descending", descending: null }[state];
        if (next !== null) head.setAttribute("aria-sort", next || "ascending");
        body.append(...(next === null ? before : sorted(before, column, next === "descending")));
      });
    });
  }

  // Cells as CSV, word for word: a cell that begins with "=" is data of the review and stays as it is.
  function csv(table) {
    const quoted = (text) => /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
    return [...table.rows].map((row) => [...row.cells].map(words).map(quoted).join(",") + "\r\n").join("");
  }

  function save(name, text) {
    const address = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  [...main.querySelectorAll("table")].filter((table) => table.tHead && table.tBodies[0]).forEach((table, place) => {
    const figure = table.closest("figure"), caption = figure && figure.querySelector("figcaption");
    const named = table.closest('[id^="tbl-"]'), name = named ? named.id.slice(4) : `table-${place + 1}`;
    const grouped = table.querySelector("tbody td:first-child > strong:only-child"); // rows under headings
    const title = caption ? words(caption) : name;
    const button = make("button", { type: "button", class: "csv", "aria-label": `CSV of ${title}` }, "CSV");
    button.addEventListener("click", () => save(`${name}.csv`, csv(table)));
    if (caption) caption.append(" ", button);
    else (table.closest(".table-scroll") || table).before(button);
    if (table.tBodies[0].rows.length > 1 && !grouped) sortable(table);
  });

  // A box that scrolls sideways can be reached and named by keyboard and screen reader.
  function boxes() {
    for (const box of document.querySelectorAll(".table-scroll, .figure-scroll")) {
      const wide = box.scrollWidth > box.clientWidth + 1, figure = box.closest("figure");
      const caption = figure && figure.querySelector("figcaption");
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
      if (!wide) continue;
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", caption ? `${words(caption)}, scrolls sideways` : "Table, scrolls sideways");
    }
  }
  new ResizeObserver(boxes).observe(main);

  // Contents ----------------------------------------------------------------------------------

  const contents = document.querySelector("nav.toc");
  const entries = [...(contents ? contents.querySelectorAll('a[href^="#"]') : [])]
    .map((link) => [link, document.getElementById(decodeURIComponent(link.hash.slice(1)))])
    .filter(([, target]) => target);

  // Mark the section that is being read: the last one whose heading has passed the upper edge.
  function mark() {
    const passed = entries.filter(([, target]) => target.getBoundingClientRect().top < 120);
    const [link] = passed[passed.length - 1] || [];
    for (const [other] of entries) {
      if (other !== link) other.removeAttribute("aria-current");
    }
    if (!link || link.hasAttribute("aria-current")) return;
    link.setAttribute("aria-current", "true");
    const above = link.getBoundingClientRect().top - contents.getBoundingClientRect().top;
    if (above < 0 || above > contents.clientHeight - 40) contents.scrollTop += above - contents.clientHeight / 2;
  }
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  mark();

  // Links -------------------------------------------------------------------------------------

  // Open what hides the target of a link: a fold, or a tab that is not chosen.
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let box = target; box; box = box.parentElement) {
      if (box.tagName === "DETAILS") box.open = true;
      if (box.classList.contains("callout-collapse")) box.classList.add("show");
      if (box.classList.contains("tab-panel")) box.previousElementSibling.previousElementSibling.checked = true;
    }
    if (target) target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  reveal();
})();
