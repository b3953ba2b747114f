/**
 * Numbers of the Windows API, each with the header of the Windows SDK that defines it.
 *
 * @module
 */

/** Desired access: reading. winnt.h. */
export const GENERIC_READ = 0x80000000;
/** Desired access: writing. winnt.h. */
export const GENERIC_WRITE = 0x40000000;
/** No one else may open this end. `dwShareMode` 0 of `CreateFileW`. fileapi.h. */
export const SHARE_NONE = 0;
/** Opens only an existing pipe and creates nothing. fileapi.h. */
export const OPEN_EXISTING = 3;
/** Calls on the handle may be left pending. winbase.h. */
export const FILE_FLAG_OVERLAPPED = 0x40000000;
/** The flags contain an impersonation level. winbase.h. */
export const SECURITY_SQOS_PRESENT = 0x00100000;
/** The server can neither act as the client nor learn who it is: SecurityAnonymous << 16. winbase.h. */
export const SECURITY_ANONYMOUS = 0x00000000;

/** What `GetFileType` says of a pipe. winbase.h. */
export const FILE_TYPE_PIPE = 0x0003;
/** Bit of `GetHandleInformation`: child processes inherit the handle. handleapi.h. */
export const HANDLE_FLAG_INHERIT = 0x00000001;

/** Size of OVERLAPPED on 64-bit Windows: Internal 8, InternalHigh 8, Offset 8, hEvent 8. minwinbase.h. */
export const OVERLAPPED_SIZE = 32;
/** Offset of `hEvent` in OVERLAPPED on 64-bit Windows. minwinbase.h. */
export const OVERLAPPED_EVENT = 24;

/** The error numbers that decide what happens next. All from winerror.h. */
export const ERROR_FILE_NOT_FOUND = 2;
/** The other end was closed and everything was read. */
export const ERROR_BROKEN_PIPE = 109;
/** `WaitNamedPipeW` gave up. */
export const ERROR_SEM_TIMEOUT = 121;
/** The opened file is not a pipe. */
export const ERROR_BAD_PIPE = 230;
/** Every instance of the pipe is in use. */
export const ERROR_PIPE_BUSY = 231;
/** The other end is closing. */
export const ERROR_NO_DATA = 232;
/** The server has disconnected this instance. */
export const ERROR_PIPE_NOT_CONNECTED = 233;
/** The call was cancelled by `CancelIoEx`. */
export const ERROR_OPERATION_ABORTED = 995;
/** A pending call has not finished yet. */
export const ERROR_IO_INCOMPLETE = 996;
/** The call continues in the background. */
export const ERROR_IO_PENDING = 997;
/** `CancelIoEx` found no pending call. */
export const ERROR_NOT_FOUND = 1168;
