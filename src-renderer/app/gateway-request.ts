// A call of a gateway's method, as the features see it.

import type { MethodName, MethodParams, MethodResult } from '../../src-main/shared/protocol/methods.ts';

/**
 * Waits for the connection if there is none.
 * @throws RequestError the gateway's answer; NoAnswerError when there was none in time
 */
export type GatewayRequest = <Name extends MethodName>(
  method: Name,
  params: MethodParams<Name>,
  timeoutMs?: number,
) => Promise<MethodResult<Name>>;
