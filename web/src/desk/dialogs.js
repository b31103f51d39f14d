/** Dialogs opened by buttons, the line that says what was done, and the bookmarklet. */

export function createToast(box) {
  let timer;
  return (text, kind = '') => {
    clearTimeout(timer);
    box.textContent = text;
    box.className = 'toast shown ' + kind;
    timer = setTimeout(() => (box.className = 'toast'), 6000);
  };
}

export function attachDialogs(onOpen) {
  for (const button of document.querySelectorAll('[data-open]'))
    button.addEventListener('click', () => {
      document.getElementById(button.dataset.open).showModal();
      onOpen(button.dataset.open);
    });
}

/** Takes the selected text of any page to the desk. */
export function attachBookmarklet(link, publicUrl) {
  const desk = JSON.stringify(publicUrl + '/desk?q=');
  link.href = `javascript:void open(${desk}+encodeURIComponent(String(getSelection()).slice(0,1000)),'deflect-desk')`;
  link.addEventListener('click', (event) => event.preventDefault());
}
