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
  // Paper shows what is folded on a screen; browsers that cannot be told so by style are told here.
  window.addEventListener("beforeprint", function () { each("details.more:not([open])", function (fold) { fold.open = true; fold.dataset.unfolded = "yes"; }); });
  window.addEventListener("afterprint", function () { each("details[data-unfolded]", function (fold) { fold.open = false; delete fold.dataset.unfolded; }); });
  each("[data-back]", function (link) { link.addEventListener("click", function (event) { event.preventDefault(); history.back(); }); });

  // Ticked rows: all of a page at once, and a bar only while there is something to do with it.
  each("form.picking", function (form) {
    var boxes = form.querySelectorAll(".pick input[name]"), label = form.querySelector("[data-pick-all]"), bar = form.querySelector(".batch");
    var all = label.querySelector("input");
    function show() {
      var picked = form.querySelectorAll(".pick input[name]:checked").length;
      all.checked = picked === boxes.length;
      all.indeterminate = picked > 0 && !all.checked;
      bar.hidden = !picked;
      Array.prototype.forEach.call(boxes, function (box) { box.closest("tr").classList.toggle("on", box.checked); });
    }
    all.addEventListener("change", function () { Array.prototype.forEach.call(boxes, function (box) { box.checked = all.checked; }); });
    form.addEventListener("change", show);
    form.addEventListener("reset", function () { setTimeout(show); });
    window.addEventListener("pageshow", show);
    label.hidden = false;
    show();
  });

  // A form that is on its way is not sent again.
  each("form[method=post]", function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
    });
  });
  window.addEventListener("pageshow", function () { each("form[data-sent]", function (form) { delete form.dataset.sent; }); });

  // Drafts: kept in this browser under the name of who is signed in, and of nobody else.
  var owner = body.dataset.drafts, DRAFT_DAYS = 14, store = null;
  try { store = window.localStorage; } catch (refused) { store = null; }
  function drafts() {
    try { return JSON.parse(store.getItem(owner)) || {}; } catch (unreadable) { return {}; }
  }
  function keep(all) {
    try {
      if (Object.keys(all).length) store.setItem(owner, JSON.stringify(all)); else store.removeItem(owner);
      return true;
    } catch (full) { return false; }
  }
  function forget(unwanted) {
    var all = drafts(), before = Object.keys(all).length;
    Object.keys(all).forEach(function (slot) { if (unwanted(all[slot], slot)) delete all[slot]; });
    if (Object.keys(all).length !== before) keep(all);
  }
  function clock(at) {
    var day = new Date(at), two = function (number) { return (number < 10 ? "0" : "") + number; };
    var time = two(day.getHours()) + ":" + two(day.getMinutes());
    return day.toDateString() === new Date().toDateString() ? time : two(day.getMonth() + 1) + "-" + two(day.getDate()) + " " + time;
  }
  function valueOf(draft, name) {
    var field = (draft.fields || []).filter(function (pair) { return pair[0] === name; })[0];
    return field ? field[1] : "";
  }
  if (store && owner) {
    Object.keys(store).forEach(function (key) { if (key !== owner && /^[\w-]{22}$/.test(key)) store.removeItem(key); });
    forget(function (draft) { return !(draft.at > Date.now() - DRAFT_DAYS * 864e5); });
    // What arrived is no draft any more.
    each("[data-draft-done]", function (done) {
      forget(function (draft) { return valueOf(draft, "key") === done.dataset.draftDone; });
    });
    each("form[data-clears-drafts]", function (form) {
      form.addEventListener("submit", function () { store.removeItem(owner); });
    });
  }

  each("form[data-draft]", function (form) {
    var slot = form.dataset.draft, line = form.querySelector("[data-draft-line]"), discard = form.querySelector("[data-discard]");
    var changed = false, sending = false;
    function say(what, at) { line.querySelector("span").textContent = line.dataset[what].replace("{time}", clock(at || Date.now())); line.dataset.says = what; }
    function save() {
      if (!changed || sending) return true;
      var fields = [];
      new FormData(form).forEach(function (value, name) { if (name !== "csrf" && name !== "enterprise") fields.push([name, value]); });
      var all = drafts();
      all[slot] = { at: Date.now(), name: form.dataset.draftName, fields: fields };
      changed = !keep(all);
      discard.hidden = changed;
      say(changed ? "unkept" : line.dataset.says === "returned" ? "returned" : "saved");
      return !changed;
    }
    function restore(draft) {
      Array.prototype.forEach.call(form.elements, function (field) {
        if (!field.name || field.name === "csrf" || field.name === "enterprise") return;
        if (field.type === "radio" || field.type === "checkbox") {
          field.checked = draft.fields.some(function (pair) { return pair[0] === field.name && pair[1] === field.value; });
        } else if (field.name !== "key" || valueOf(draft, "key")) field.value = valueOf(draft, field.name);
        var fold = field.closest("details");
        if (fold && (field.type === "checkbox" ? field.checked : field.value)) fold.open = true;
      });
      discard.hidden = false;
      say("restored", draft.at);
    }
    if (!store || !owner) { say("unkept"); return; }
    var draft = drafts()[slot];
    if ("returned" in form.dataset) { line.dataset.says = "returned"; changed = true; save(); } else if (draft) restore(draft);
    form.addEventListener("input", function () { changed = true; });
    form.addEventListener("change", function () { changed = true; });
    setInterval(save, 3000);
    window.addEventListener("pagehide", save);
    document.addEventListener("visibilitychange", save);
    window.addEventListener("offline", function () { changed = true; save(); say("offline"); });
    window.addEventListener("online", function () { if (line.dataset.says === "offline") say("saved"); });
    discard.addEventListener("click", function () {
      changed = false;
      forget(function (draft, its) { return its === slot; });
      location.assign(form.getAttribute("action"));
    });
    // Sent only when somebody answers: without a network the page stays, and so does what was typed.
    form.addEventListener("submit", function (event) {
      if (event.defaultPrevented) return;
      event.preventDefault();
      changed = true;
      save();
      var given = new AbortController(), patience = setTimeout(function () { given.abort(); }, 10000);
      fetch("/visits/suggestions?q=", { credentials: "same-origin", cache: "no-store", signal: given.signal }).then(function () {
        clearTimeout(patience);
        sending = true;
        form.submit();
      }).catch(function () {
        clearTimeout(patience);
        delete form.dataset.sent;
        say("offline");
      });
    });
    window.addEventListener("pageshow", function () { sending = false; });
  });

  // What is not finished yet, before something new is begun.
  each("[data-draft-list]", function (part) {
    var prefix = part.dataset.draftList, list = part.querySelector("ul"), all = store && owner ? drafts() : {};
    var slots = Object.keys(all).filter(function (slot) { return slot.indexOf(prefix) === 0; });
    slots.sort(function (one, other) { return all[other].at - all[one].at; }).forEach(function (slot) {
      var row = list.appendChild(document.createElement("li")), main = row.appendChild(document.createElement("div"));
      var name = main.appendChild(document.createElement("p")), link = name.appendChild(document.createElement("a"));
      var note = main.appendChild(document.createElement("p")), drop = row.appendChild(document.createElement("button"));
      main.className = "work__main"; name.className = "work__name"; note.className = "work__meta"; drop.className = "button button--quiet";
      link.href = part.dataset.href + encodeURIComponent(slot.slice(prefix.length));
      link.textContent = all[slot].name;
      note.textContent = part.dataset.text.replace("{time}", clock(all[slot].at));
      drop.type = "button";
      drop.textContent = part.dataset.discardText;
      drop.addEventListener("click", function () {
        forget(function (draft, its) { return its === slot; });
        list.removeChild(row);
        part.hidden = !list.children.length;
      });
    });
    part.hidden = !slots.length;
  });

  // Enterprises by two characters: arrows choose, Enter opens, Escape closes.
  each("[data-suggest]", function (field) {
    var list = document.createElement("ul"), at = -1, asked = 0, wait;
    list.id = field.id + "-list";
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.labels[0] ? field.labels[0].textContent : "");
    list.hidden = true;
    var place = field.parentNode;
    place.classList.add("suggests");
    place.appendChild(list);
    var attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
    Object.keys(attributes).forEach(function (name) { field.setAttribute(name, attributes[name]); });
    function show(open) {
      list.hidden = !open;
      field.setAttribute("aria-expanded", String(open));
      if (!open) { at = -1; field.removeAttribute("aria-activedescendant"); }
    }
    function go(option) { if (option.dataset.id) location.assign(field.dataset.suggestHref + option.dataset.id); }
    function mark(next) {
      var options = list.querySelectorAll("[data-id]");
      if (!options.length) return;
      if (options[at]) options[at].setAttribute("aria-selected", "false");
      at = (next + options.length) % options.length;
      options[at].setAttribute("aria-selected", "true");
      field.setAttribute("aria-activedescendant", options[at].id);
      options[at].scrollIntoView({ block: "nearest" });
    }
    function fill(found) {
      list.textContent = "";
      at = -1;
      found.forEach(function (each, number) {
        var option = list.appendChild(document.createElement("li"));
        option.id = list.id + number;
        option.dataset.id = each.id;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.appendChild(document.createElement("b")).textContent = each.name;
        option.appendChild(document.createElement("small")).textContent = each.note;
        option.addEventListener("mousedown", function (event) { event.preventDefault(); });
        option.addEventListener("click", function () { go(option); });
      });
      if (!found.length) {
        var none = list.appendChild(document.createElement("li"));
        none.setAttribute("role", "option");
        none.setAttribute("aria-disabled", "true");
        none.textContent = field.dataset.suggestNone;
      }
      show(true);
    }
    function ask() {
      clearTimeout(wait);
      var text = field.value.trim(), number = ++asked;
      if (text.length < 2) { show(false); return; }
      wait = setTimeout(function () {
        fetch(field.dataset.suggest + encodeURIComponent(text), { credentials: "same-origin" })
          .then(function (answer) { return answer.json(); })
          .then(function (found) { if (number === asked) fill(found); })
          .catch(function () { show(false); });
      }, 150);
    }
    field.addEventListener("input", function (event) { if (!event.isComposing) ask(); });
    field.addEventListener("compositionend", ask);
    field.addEventListener("blur", function () { setTimeout(function () { show(false); }, 150); });
    field.addEventListener("keydown", function (event) {
      if (list.hidden || event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); mark(event.key === "ArrowDown" ? at + 1 : Math.max(at, 0) - 1); }
      if (event.key === "Escape") { event.preventDefault(); show(false); }
      if (event.key === "Enter" && at >= 0) { event.preventDefault(); go(list.querySelectorAll("[data-id]")[at]); }
    });
  });

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
