// Wellspring: everything here only improves what works without it.
"use strict";
(function () {
  var body = document.body;
  var each = function (selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); };

  // "/" goes to the search box, unless one is typing.
  document.addEventListener("keydown", function (event) {
    var box = document.querySelector("[data-shortcut='/']");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !box) return;
    if (/^(input|textarea|select)$/i.test(event.target.tagName) || box.offsetParent === null) return;
    event.preventDefault();
    box.focus();
  });

  // Enter that confirms a Chinese input method never submits.
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault();
  }, true);

  // What was refused comes first.
  var summary = document.querySelector(".summary[role=alert]");
  if (summary) summary.focus();

  // On a phone filters that say nothing are folded.
  if (window.matchMedia("(max-width: 63.99rem)").matches) each("[data-fold]", function (fold) { fold.open = false; });

  each("[data-print]", function (button) { button.addEventListener("click", function () { window.print(); }); });
  each("[data-back]", function (link) { link.addEventListener("click", function (event) { event.preventDefault(); history.back(); }); });

  // A form that is on its way is not sent again.
  each("form[method=post]", function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
    });
  });
  window.addEventListener("pageshow", function () { each("form[data-sent]", function (form) { delete form.dataset.sent; }); });

  // A wall refreshes itself.
  if (body.dataset.refresh) setTimeout(function () { location.reload(); }, Number(body.dataset.refresh) * 1000);

  // Two minutes before the session ends one is asked whether to stay.
  var idle = Number(body.dataset.idle), box = document.getElementById("timeout"), timer;
  function expect() {
    clearTimeout(timer);
    if (!idle || !box || body.dataset.refresh) return;
    box.hidden = true;
    timer = setTimeout(function () {
      box.hidden = false;
      box.querySelector("[data-stay]").focus();
    }, Math.max(idle - 120, 30) * 1000);
  }
  if (box) box.querySelector("[data-stay]").addEventListener("click", function () {
    fetch("/account/stay", { method: "POST", credentials: "same-origin" }).then(function (answer) {
      if (answer.ok && !answer.redirected) expect(); else location.reload();
    }, function () { box.hidden = false; });
  });
  expect();
})();
