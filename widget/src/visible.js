/** Tells how long something was really seen: in the viewport, in a page that is not hidden. */

/**
 * @param {Element} element
 * @param {(visible: boolean) => void} change  told each time it comes into or goes out of sight
 * @returns {() => void}  stops watching
 */
function watch(element, change) {
  const stop = new AbortController();
  let inside = false;
  let visible = false;
  const update = () => {
    const now = inside && !document.hidden;
    if (now != visible) change((visible = now));
  };
  const leave = () => {
    inside = false;
    update();
  };
  const observer = new IntersectionObserver(
    (entries) => {
      inside = entries[entries.length - 1].isIntersecting;
      update();
    },
    { threshold: 0.5 },
  );
  observer.observe(element);
  // Capturing: what is reported here must be there when the waiting events are sent off.
  const early = { capture: true, signal: stop.signal };
  document.addEventListener('visibilitychange', update, early);
  addEventListener('pagehide', leave, early);
  return () => {
    stop.abort();
    observer.disconnect();
    leave();
  };
}

/** Calls `done` once the element has been in sight for `ms` without a break. */
export function afterSeen(/** @type {Element} */ element, /** @type {number} */ ms, /** @type {() => void} */ done) {
  let timer = 0;
  return watch(element, (visible) => {
    clearTimeout(timer);
    if (visible) timer = setTimeout(done, ms);
  });
}

/**
 * Reports the time an article was in sight and how far it was scrolled, each time it goes out of sight.
 *
 * @param {Element} scroller
 * @param {(reading: {ms: number, scroll: number}) => void} report
 */
export function whileRead(scroller, report) {
  let since = 0;
  let furthest = 0;
  const measure = () => {
    const { scrollTop, clientHeight, scrollHeight } = scroller;
    furthest = Math.max(furthest, Math.min(1, (scrollTop + clientHeight) / (scrollHeight || 1)));
  };
  scroller.addEventListener('scroll', measure, { passive: true });
  return watch(scroller, (visible) => {
    if (visible) {
      since = performance.now();
      measure();
    } else report({ ms: Math.round(performance.now() - since), scroll: +furthest.toFixed(2) });
  });
}
