(function () {
  "use strict";
  var filter = document.querySelector(".filter");
  var findings = Array.prototype.slice.call(document.querySelectorAll(".finding"));
  if (!filter || findings.length === 0) { return; }
  var boxes = Array.prototype.slice.call(filter.querySelectorAll("input[type=checkbox]"));
  var search = filter.querySelector("input[type=search]");
  var button = filter.querySelector("button");
  var status = filter.querySelector("[role=status]");
  var texts = findings.map(function (finding) { return finding.textContent.toLowerCase(); });

  function shownVerdicts() {
    return boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.value; });
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
    document.querySelectorAll(".step").forEach(function (step) {
      step.hidden = !step.querySelector(".finding:not([hidden])");
    });
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

  function restore() {
    var fragment = location.hash.slice(1);
    var target = fragment && document.getElementById(decode(fragment));
    if (target) {
      target.hidden = false;
      if (target.tagName === "DETAILS") {
        target.parentNode.hidden = false;
        target.open = true;
        target.querySelector("summary").focus({ preventScroll: true });
      }
      target.scrollIntoView();
      return;
    }
    fragment.split("&").forEach(function (part) {
      var value = decode(part.slice(part.indexOf("=") + 1));
      if (part.indexOf("show=") === 0) {
        boxes.forEach(function (box) { box.checked = value.split(",").indexOf(box.value) >= 0; });
      } else if (part.indexOf("q=") === 0) {
        search.value = value;
      }
    });
    apply();
  }

  function changed() { apply(); remember(); }

  function openAll(open) {
    findings.forEach(function (finding) { finding.open = open; });
    button.textContent = open ? "Close all" : "Open all";
  }

  boxes.forEach(function (box) { box.addEventListener("change", changed); });
  search.addEventListener("input", changed);
  button.addEventListener("click", function () { openAll(button.textContent === "Open all"); });
  window.addEventListener("hashchange", restore);

  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = findings.filter(function (finding) { return !finding.open; });
    closed.forEach(function (finding) { finding.open = true; });
  });
  window.addEventListener("afterprint", function () {
    closed.forEach(function (finding) { finding.open = false; });
  });

  filter.hidden = false;
  apply();
  restore();
})();
