// Small helpers for what HTML holds.

/**
 * The element with this id.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export const byId = (id, kind) => {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new TypeError(`There is no ${kind.name} #${id}.`);
  return element;
};

/**
 * The first element inside that matches.
 * @template {Element} Kind
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export const within = (parent, selector, kind) => {
  const element = parent.querySelector(selector);
  if (!(element instanceof kind)) throw new TypeError(`There is no ${kind.name} ${selector}.`);
  return element;
};

/**
 * A copy of a template's one element.
 * @param {string} id
 * @returns {HTMLElement}
 */
export const fromTemplate = (id) => {
  const content = byId(id, HTMLTemplateElement).content.cloneNode(true);
  return within(/** @type {DocumentFragment} */ (content), '*', HTMLElement);
};

/**
 * Changes text only when it differs, so that nothing is drawn or read out anew.
 * @param {Element} element
 * @param {string} text
 */
export const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

let lastId = 0;
/** An id that no other element of the page has. */
export const freshId = () => {
  lastId += 1;
  return `made-${lastId}`;
};

/**
 * Tells screen readers what happened, in their own time. For outcomes and for what nobody asked for.
 * @param {string} sentence
 */
export const announce = (sentence) => {
  byId('announcer', HTMLElement).textContent = sentence;
};
