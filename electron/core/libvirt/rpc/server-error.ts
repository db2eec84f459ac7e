import type { ErrorCode } from '../../../../shared/contract/errors.ts';
import { AppError } from '../../kernel/app-error.ts';
import { errorNumber } from '../protocol/constants.ts';
import { remoteError } from '../protocol/remote-error.ts';
import { decode } from '../protocol/xdr-types.ts';
import { FRAME_OVERHEAD, type Frame } from './framing.ts';

const codes: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [errorNumber.noDomain, 'MACHINE_GONE'],
  [errorNumber.noNetwork, 'NOT_FOUND'],
  [errorNumber.noStoragePool, 'NOT_FOUND'],
  [errorNumber.noStorageVolume, 'NOT_FOUND'],
  [errorNumber.noNodeDevice, 'NOT_FOUND'],
  [errorNumber.noInterface, 'NOT_FOUND'],
  [errorNumber.noNwfilter, 'NOT_FOUND'],
  [errorNumber.noSecret, 'NOT_FOUND'],
  [errorNumber.noSnapshot, 'NOT_FOUND'],
  [errorNumber.noCheckpoint, 'NOT_FOUND'],
  [errorNumber.noNetworkPort, 'NOT_FOUND'],
  [errorNumber.noDomainMetadata, 'NOT_FOUND'],
  [errorNumber.operationDenied, 'LIBVIRT_PERMISSION'],
  [errorNumber.authFailed, 'LIBVIRT_PERMISSION'],
  [errorNumber.authCancelled, 'LIBVIRT_PERMISSION'],
  [errorNumber.authUnavailable, 'LIBVIRT_PERMISSION'],
  [errorNumber.accessDenied, 'LIBVIRT_PERMISSION'],
  [errorNumber.noSupport, 'UNSUPPORTED'],
  [errorNumber.operationUnsupported, 'UNSUPPORTED'],
  [errorNumber.argumentUnsupported, 'UNSUPPORTED'],
  [errorNumber.operationInvalid, 'CONFLICT'],
  [errorNumber.operationTimeout, 'BUSY'],
  [errorNumber.resourceBusy, 'BUSY'],
]);

const retryable: ReadonlySet<number> = new Set([
  errorNumber.operationTimeout,
  errorNumber.resourceBusy,
  errorNumber.agentUnresponsive,
]);

/**
 * The error that a frame of status "error" carries, with all its fields in `source`. LIBVIRT_ERROR where no other code
 * says more; PROTOCOL where the frame carries no readable error.
 */
export function serverError(frame: Frame, procedure: string): AppError {
  let error;
  try {
    error = decode(remoteError, frame.bytes, FRAME_OVERHEAD);
  } catch (thrown) {
    return AppError.from(thrown);
  }
  const message = error.message ?? `error ${error.code}`;
  return new AppError(
    isUnknownProcedure(error.code, message) ? 'UNSUPPORTED' : (codes.get(error.code) ?? 'LIBVIRT_ERROR'),
    {
      params: { message, procedure },
      retryable: retryable.has(error.code),
      detail: message,
      source: {
        kind: 'libvirt',
        code: error.code,
        domain: error.domain,
        level: error.level,
        message,
        str1: error.str1,
        str2: error.str2,
        str3: error.str3,
        int1: error.int1,
        int2: error.int2,
        procedure,
      },
    },
  );
}

/** A daemon older than the procedure answers with the number of all RPC errors; only its words tell it apart. */
function isUnknownProcedure(code: number, message: string): boolean {
  return code === errorNumber.rpc && message.startsWith('unknown procedure');
}
