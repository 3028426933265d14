import { LintasError } from '../errors/index.js'

/**
 * The assets folder as an absolute URL that ends in a slash. A relative `base` is resolved against `location`: the page's address in a page,
 * the script's in a worker, so hand a worker the absolute URL.
 * @throws TypeError when it is not a URL, or has a query or a fragment.
 */
export function resolveAssetsBase(base: string | URL, location: string | undefined = pageAddress()): URL {
  const url = parse(base, location)
  if (url.search !== '' || url.hash !== '') throw new TypeError(`assets must be a folder without query and fragment, not ${url.href}`)
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

/**
 * Refuses an assets folder on another origin than the page: a browser starts no worker from there, whatever CORS says, and the files would
 * leave the integrator's hands.
 * @throws LintasError `assets-origin`, TypeError as {@link resolveAssetsBase}
 */
export function checkAssetsOrigin(base: string | URL, pageOrigin: string): void {
  const url = resolveAssetsBase(base, pageOrigin === 'null' ? undefined : pageOrigin)
  if (isOfOrigin(url, pageOrigin)) return
  throw new LintasError('assets-origin', `The assets folder lies on ${url.origin}, the page on ${pageOrigin}: copy it to the page's own origin`, {
    details: { assets: url.href, page: pageOrigin },
  })
}

/** Whether `url` lies on `pageOrigin`; nothing lies on an opaque one (`null`: a sandboxed frame, a file). */
export function isOfOrigin(url: URL, pageOrigin: string): boolean {
  if (pageOrigin === 'null') return false
  // URL.origin is "null" for schemes of wrapped apps (capacitor:, app:), whose location.origin is scheme and host.
  return url.origin === pageOrigin || `${url.protocol}//${url.host}` === pageOrigin
}

/** Undefined in Node. */
function pageAddress(): string | undefined {
  return (globalThis as { location?: Location }).location?.href
}

function parse(base: string | URL, location: string | undefined): URL {
  try {
    return new URL(base, location)
  } catch (error) {
    throw new TypeError(`assets must be the URL of a folder, not ${JSON.stringify(String(base).slice(0, 200))}`, { cause: error })
  }
}
