/* The one script. Every page works without it: it opens, shuts, counts, warns and keeps. */
(function () {
  "use strict";
  function all(selector, act) { document.querySelectorAll(selector).forEach(act); }
  function on(event, act) { document.addEventListener(event, act); }

  /* Open and shut what aria-controls names. */
  on("click", function (e) {
    var key = e.target.closest("[aria-controls][aria-expanded]");
    if (key) {
      var open = key.getAttribute("aria-expanded") !== "true";
      key.setAttribute("aria-expanded", open);
      document.getElementById(key.getAttribute("aria-controls")).hidden = !open;
    }
    all("details.drop[open]", function (drop) { drop.open = drop.contains(e.target); });
  });

  /* Esc shuts a hint or a list; another key, or coming back, lets the hint be seen again. */
  on("keydown", function (e) {
    var shut = e.key === "Escape";
    all(".how:hover, .how:focus-within", function (how) { how.classList.toggle("is-shut", shut); });
    if (shut) all("details.drop[open]", function (drop) {
      drop.open = false;
      drop.querySelector("summary").focus();
    });
  });
  on("mouseover", function (e) {
    if (!e.target.closest(".how")) all(".is-shut", function (how) { how.classList.remove("is-shut"); });
  });

  /* So many characters of so many, beside a text that has a limit. */
  on("input", function (e) {
    var place = e.target.id && document.querySelector('[data-count="' + e.target.id + '"]');
    if (place) place.textContent = e.target.value.length + " / " + e.target.maxLength;
  });

  /* A file that is too large is refused before it travels; the words stand in the page. */
  on("change", function (e) {
    if (!e.target.dataset.max) return;
    var most = e.target.dataset.max * 1048576, words = e.target.nextElementSibling;
    words.hidden = Array.from(e.target.files).every(function (file) { return file.size <= most; });
    if (!words.hidden) e.target.value = "";
  });

  /* The second click on one button sends nothing, for as long as an answer may take.
     An answer in a window of its own leaves this page as it is, ready for the next click. */
  on("submit", function (e) {
    var form = e.target, aside = e.submitter && e.submitter.formTarget === "_blank";
    if (form.getAttribute("method") !== "post" || aside) return;
    if (form.hasAttribute("aria-busy")) e.preventDefault();
    form.setAttribute("aria-busy", "true");
    setTimeout(function () { form.removeAttribute("aria-busy"); }, 5000);
  });

  /* What was typed into form[data-keep=person] outlives a time-out, in this tab only. */
  var box = sessionStorage, mine = document.querySelector("form[data-keep]"), key, fields;
  function way(e) { return /radio|checkbox/.test(e.type) ? "checked" : "value"; }
  function hold(e) {
    var values = fields.map(function (each) { return each[way(each)]; });
    box[key] = JSON.stringify({ sent: e.type === "submit", values: values });
  }
  if (mine) {
    key = "kept " + mine.dataset.keep + location.pathname;
    fields = Array.from(mine.elements).filter(function (e) {
      return e.name && !/hidden|file|password|submit|multiple/.test(e.type);
    });
    var kept = JSON.parse(box[key] || null);
    if (kept && kept.values.length === fields.length && !mine.querySelector(".msg-bad")) {
      fields.forEach(function (e, i) { e[way(e)] = kept.values[i]; });
      mine.insertAdjacentHTML("afterbegin", '<p class="msg msg-s" role="status"></p>');
      mine.firstChild.textContent = document.body.dataset.kept;
    }
    mine.addEventListener("input", hold);
    mine.addEventListener("submit", hold);
  }
  /* It goes once it was sent and another page came, and with the log-out. */
  if (document.getElementById("nav")) Object.keys(box).forEach(function (each) {
    if (each !== key && /^kept /.test(each) && JSON.parse(box[each]).sent) box.removeItem(each);
  });
  all("form[data-leave]", function (form) { form.addEventListener("submit", box.clear.bind(box)); });
})();
