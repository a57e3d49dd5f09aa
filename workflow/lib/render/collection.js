// The table of a collection: finds rows by their words and turns pages. Without this script the
// first page stands there, and the link to the whole table.
(async () => {
  const data = document.getElementById("listed-data");
  if (!data || typeof DecompressionStream === "undefined") return;
  const packed = Uint8Array.from(atob(data.textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const { words, heads, names, numbers, ids, size } = await new Response(stream).json();
  const count = ids.length || numbers[0].length;
  const low = words.map((word) => word.toLowerCase());
  const body = document.querySelector("table.listed tbody");
  const [box, before, next, told] = ["find", "before", "next", "told"].map((id) => document.getElementById(id));
  let rows = Array.from({ length: count }, (_, i) => i), page = 0;

  const cell = (tag, text, name, head) => {
    const one = document.createElement(tag);
    if (name) one.className = name;
    if (head) one.dataset.head = head;
    one.textContent = text;
    return one;
  };
  const line = (i) => {
    const row = document.createElement("tr"), label = cell("td", words[names[0][i]], "name");
    const aside = names.slice(1).map((column) => words[column[i]]).filter(Boolean).join(" · ");
    if (aside) label.append(cell("span", aside, "soft"));
    row.append(label, ...numbers.map((column, n) => cell("td", column[i], "n", heads[n])));
    if (ids.length) {
      const last = cell("td", "", "n", ""), link = cell("a", ids[i], "id");
      link.href = `pages/${ids[i]}.html`;
      last.append(link);
      row.append(last);
    }
    return row;
  };
  const show = () => {
    const pages = Math.max(1, Math.ceil(rows.length / size));
    page = Math.min(page, pages - 1);
    body.replaceChildren(...rows.slice(page * size, (page + 1) * size).map(line));
    const first = rows.length ? page * size + 1 : 0, last = Math.min(rows.length, (page + 1) * size);
    told.textContent = `${first} to ${last} of ${rows.length.toLocaleString("en")}`;
    before.disabled = page === 0;
    next.disabled = page >= pages - 1;
  };
  const find = () => {
    const wanted = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const has = wanted.map((part) => low.map((word) => word.includes(part)));
    rows = [];
    for (let i = 0; i < count; i += 1) {
      if (wanted.every((part, w) => names.some((column) => has[w][column[i]]) || (ids.length && ids[i].startsWith(part)))) rows.push(i);
    }
    page = 0;
    show();
  };
  box.addEventListener("input", find);
  before.addEventListener("click", () => { page -= 1; show(); });
  next.addEventListener("click", () => { page += 1; show(); });
  for (const one of [box, before, next]) one.hidden = false;
  find();
})();
