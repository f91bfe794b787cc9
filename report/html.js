(function () {
  "use strict";
  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }

  /* The text for a ticket is there to be marked by hand; where the browser lets us, a button does it. */
  all(".ticket").forEach(function (section) {
    var ticket = section.querySelector("pre");
    var copy = section.querySelector(".copy");
    function mark() {
      var range = document.createRange();
      range.selectNodeContents(ticket);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
    function told(text) { copy.querySelector("[role=status]").textContent = text; }
    function copyMarked() {
      mark();
      var isCopied = false;
      try { isCopied = document.execCommand("copy"); } catch (error) { /* not allowed here */ }
      told(isCopied ? "Copied." : "The text is marked: copy it with Ctrl+C.");
    }
    copy.querySelector("button").addEventListener("click", function () {
      told("");
      if (!navigator.clipboard) { copyMarked(); return; }
      navigator.clipboard.writeText(ticket.textContent).then(function () { told("Copied."); }, copyMarked);
    });
    copy.hidden = false;
  });

  /* Paper cannot be unfolded. */
  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = all("details:not([open])");
    closed.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    closed.forEach(function (details) { details.open = false; });
    closed = [];
  });

  var filter = document.querySelector(".filter");
  var findings = all(".finding");
  var targets = all(".target"); /* of a page about several */
  var opened = null; /* those that were open before the filter left any out */
  var boxes = all("input[type=checkbox]", filter);
  var search = filter.querySelector("input[type=search]");
  var button = filter.querySelector("button");
  var status = filter.querySelector("[role=status]");
  var texts = findings.map(function (finding) { return finding.textContent.toLowerCase(); });

  function shownVerdicts() {
    return boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.value; });
  }

  /* While something is filtered out, of each target only what is found shows, and that openly. */
  function applyToTargets(isFiltered) {
    if (isFiltered && !opened) {
      opened = targets.filter(function (target) { return target.open; });
    }
    targets.forEach(function (target) {
      target.hidden = isFiltered && !target.querySelector(".finding:not([hidden])");
      if (opened) { target.open = isFiltered || opened.indexOf(target) >= 0; }
    });
    if (!isFiltered) { opened = null; }
    document.body.classList.toggle("filtered", isFiltered && targets.length > 0);
  }

  function apply() {
    var verdicts = shownVerdicts();
    var words = search.value.toLowerCase().split(/\s+/);
    var count = 0;
    findings.forEach(function (finding, i) {
      var fits = verdicts.some(function (verdict) { return finding.classList.contains(verdict); }) &&
        words.every(function (word) { return texts[i].indexOf(word) >= 0; });
      finding.hidden = !fits;
      count += fits ? 1 : 0;
    });
    all(".step").forEach(function (step) {
      step.hidden = !step.querySelector(".finding:not([hidden])");
    });
    applyToTargets(verdicts.length < boxes.length || search.value.trim() !== "");
    status.textContent = count + " of " + findings.length + " shown";
  }

  /* "#show=fail,unknown&q=role": a link to what is on the screen, to be pasted into a ticket. */
  function remember() {
    var parts = [];
    var verdicts = shownVerdicts();
    if (verdicts.length < boxes.length) { parts.push("show=" + verdicts.join(",")); }
    if (search.value) { parts.push("q=" + encodeURIComponent(search.value)); }
    try {
      history.replaceState(null, "", "#" + parts.join("&"));
    } catch (error) { /* a sandboxed frame: the filter works all the same */ }
  }

  function decode(text) {
    try { return decodeURIComponent(text); } catch (error) { return text; }
  }

  function set(verdicts, words) {
    boxes.forEach(function (box) { box.checked = !verdicts || verdicts.indexOf(box.value) >= 0; });
    search.value = words;
    apply();
  }

  /* A link to a finding or a request unfolds it, whatever is filtered out at the moment. */
  function reveal(target) {
    var isLeftOut = target.closest("[hidden]") || (target.closest(".filtered .target") && !target.closest(".finding"));
    if (isLeftOut) { set(null, ""); }
    var details = target.tagName === "TR" ? target.querySelector("details") : target.closest("details");
    for (var around = details || target; around; around = around.parentNode.closest("details")) {
      if (around.tagName === "DETAILS") { around.open = true; }
    }
    if (details) { details.querySelector("summary").focus({ preventScroll: true }); }
    (details || target).scrollIntoView();
  }

  function restore() {
    var fragment = location.hash.slice(1);
    var target = fragment && document.getElementById(decode(fragment));
    if (target) { reveal(target); return; }
    var verdicts = null;
    var words = "";
    var isState = false;
    fragment.split("&").forEach(function (part) {
      var value = decode(part.slice(part.indexOf("=") + 1));
      if (part.indexOf("show=") === 0) { verdicts = value.split(","); isState = true; }
      if (part.indexOf("q=") === 0) { words = value; isState = true; }
    });
    if (isState) { set(verdicts, words); }
  }

  function changed() { apply(); remember(); }

  function openAll(open) {
    targets.concat(findings).forEach(function (details) { details.open = open; });
    button.textContent = open ? "Close all" : "Open all";
  }

  boxes.forEach(function (box) { box.addEventListener("change", changed); });
  search.addEventListener("input", changed);
  button.addEventListener("click", function () { openAll(button.textContent === "Open all"); });
  window.addEventListener("hashchange", restore);

  filter.hidden = findings.length === 0;
  apply();
  restore();
  /* When a page has been loaded, the browser takes the focus away to begin at the fragment. */
  window.addEventListener("load", function () {
    requestAnimationFrame(function () { setTimeout(restore); });
  });
})();
