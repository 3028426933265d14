/** The rules are the browser's too, which counts attempts while there is no network. */
export {
  FRESH,
  judgeAbandoned,
  judgeLimit,
  LIMIT_POLICY,
  type LimitEvent,
  type LimitPolicy,
  type LimitState,
  type LimitVerdict,
} from '@lintas/core/check-in'
