/** The element that `selector` finds. @throws Error when the page lacks it */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as querySelector itself: the caller knows the page
export function find<E extends Element = HTMLElement>(selector: string, root: ParentNode = document): E {
  const found = root.querySelector<E>(selector)
  if (found === null) throw new Error(`the page has no ${selector}`)
  return found
}

/** A new element with attributes and children; text is always text, never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

/** Terms and descriptions for a `dl`. */
export function pairs(entries: readonly (readonly [string, string])[]): Node[] {
  return entries.flatMap(([term, description]) => [make('dt', {}, term), make('dd', {}, description)])
}
