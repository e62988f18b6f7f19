// `clawtray url`: the address with the token in it, on request only.

import { errorText } from '../shared/logger.ts';
import { findGateway } from './client.ts';
import { print, printProblem } from './output.ts';

/** @returns the exit code */
export async function printUrl(): Promise<number> {
  try {
    const { url, secret } = await findGateway(process.env);
    print(secret === undefined ? url : `${url}/?token=${encodeURIComponent(secret)}`);
    printProblem('Keep this address to yourself: whoever has it can use your gateway.');
    return 0;
  } catch (error) {
    printProblem(errorText(error));
    return 1;
  }
}
