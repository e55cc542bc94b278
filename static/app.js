/* The one script; every page works without it. */
(() => {
  const find = css => document.querySelector(css);
  const all = (css, act) => document.querySelectorAll(css).forEach(act);
  const on = (event, act, at = document) => at.addEventListener(event, act);

  /* Open and shut what aria-controls names. */
  on("click", e => {
    const key = e.target.closest("[aria-controls][aria-expanded]");
    if (key) {
      const shut = key.getAttribute("aria-expanded") === "true";
      key.setAttribute("aria-expanded", !shut);
      find("#" + key.getAttribute("aria-controls")).hidden = shut;
    }
    all("details.drop[open]", drop => drop.open = drop.contains(e.target));
  });

  /* Esc shuts a hint or a list. */
  on("keydown", e => {
    const shut = e.key === "Escape";
    all(".how:hover, .how:focus-within", how => how.classList.toggle("is-shut", shut));
    if (shut) all("details.drop[open]", drop => {
      drop.open = false;
      drop.querySelector("summary").focus();
    });
  });
  on("mouseover", e => {
    if (!e.target.closest(".how")) all(".is-shut", how => how.classList.remove("is-shut"));
  });

  /* So many characters of so many. */
  on("input", e => {
    const place = find(`[data-count="${e.target.id}"]`);
    if (place) place.textContent = e.target.value.length + " / " + e.target.maxLength;
  });

  /* Too large a file is refused before it travels. */
  on("change", e => {
    const field = e.target, most = field.dataset.max * 1048576, words = field.nextElementSibling;
    if (!most) return;
    words.hidden = [...field.files].every(file => file.size <= most);
    if (!words.hidden) field.value = "";
  });

  /* The second click sends nothing, but for answers in another window. */
  on("submit", e => {
    const form = e.target;
    if (form.getAttribute("method") !== "post" || e.submitter?.formTarget) return;
    if (form.hasAttribute("aria-busy")) e.preventDefault();
    form.setAttribute("aria-busy", true);
    setTimeout(() => form.removeAttribute("aria-busy"), 5000);
  });

  /* A row follows its grip; dropped, form#sort sends the order. */
  let held, next;
  all(".grip", grip => {
    grip.hidden = false;
    on("dragstart", () => {
      held = grip.closest("tr");
      next = held.nextSibling;
    }, grip);
  });
  on("dragover", e => {
    const over = held && e.target.closest("tr[id]");
    if (!over || over.parentNode !== next.parentNode) return;
    e.preventDefault();
    const at = over.getBoundingClientRect();
    over[2 * e.clientY < at.top + at.bottom ? "before" : "after"](held);
  });
  on("drop", () => {
    if (held) find("#sort").requestSubmit();
    held = null;
  });
  on("dragend", () => held && next.before(held));

  /* What was typed into form[data-keep=person] outlives a time-out, in this tab. */
  const box = sessionStorage, mine = find("form[data-keep]");
  let key, fields;
  const way = e => /radio|checkbox/.test(e.type) ? "checked" : "value";
  const hold = e => {
    const values = fields.map(each => each[way(each)]);
    box[key] = JSON.stringify({ sent: e.type === "submit", values });
  };
  if (mine) {
    key = "kept " + mine.dataset.keep + location.pathname;
    fields = [...mine.elements].filter(e => e.name && !/hid|file|pass|sub|mul/.test(e.type));
    const kept = JSON.parse(box[key] || null);
    if (kept && kept.values.length === fields.length && !mine.querySelector(".msg-bad")) {
      fields.forEach((e, i) => e[way(e)] = kept.values[i]);
      mine.insertAdjacentHTML("afterbegin", '<p class="msg msg-s" role="status"></p>');
      mine.firstChild.textContent = document.body.dataset.kept;
    }
    on("input", hold, mine);
    on("submit", hold, mine);
  }
  /* Sent, it goes with the next page; all goes with the log-out. */
  if (find("#nav")) Object.keys(box).forEach(each => {
    if (each !== key && /^kept /.test(each) && JSON.parse(box[each]).sent) box.removeItem(each);
  });
  all("form[data-leave]", form => on("submit", () => box.clear(), form));
})();
