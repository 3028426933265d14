export { acceptDeferred, type DeferredAnswer, type DeferredRequest } from './deferred.js'
export { LATEST_DAYS, tellPack, type PackRequest, type ToldPack } from './pack.js'
