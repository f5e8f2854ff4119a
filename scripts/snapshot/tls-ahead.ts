/**
 * Loads node:tls at build time: thirty modules, which cost a message with TLS 8 ms when it loads them itself. Two native parts of it
 * cannot be in a snapshot, for Node has not registered the addresses of all of their functions. Whoever asks for one of them is given
 * something that stands in for it, and that asks for the real one when a process uses it for the first time.
 *
 * All of this is Node's own code, run as Node runs it; only what `internalBinding` gives is another. Needs --expose-internals.
 */

import { pretendedTls } from './pretended-tls.ts';

/** Node's own `require`, which knows its internal modules as well. */
const load: (name: string) => unknown = require;

/** As far as it is used here (lib/internal/bootstrap/realm.js). */
interface BuiltinModule {
  readonly exports: unknown;
  loaded: boolean;
  compileForInternalLoader: () => unknown;
}

type Binding = Record<string, unknown>;
type InternalBinding = (name: string) => Binding;

/** Modules that use such a part. */
const users = ['internal/js_stream_socket', 'internal/tls/wrap'];

/**
 * Until `beReal` is called, connections only pretend to be TLS, so that they can be made before the snapshot is. Throws TypeError when
 * Node is made differently.
 */
export function loadTlsAhead(): { beReal: () => void } {
  // The shapes below are those of the pinned Node; another one fails here, and the build makes an executable without a snapshot.
  const { loadBuiltinModule } = load('internal/modules/helpers') as { loadBuiltinModule: (name: string) => object };
  const { map } = loadBuiltinModule('path').constructor as unknown as { map: Map<string, BuiltinModule> };
  const { internalBinding, primordials } = load('internal/test/binding') as {
    internalBinding: InternalBinding;
    primordials: unknown;
  };
  const { compileFunction } = internalBinding('builtins') as {
    compileFunction: (name: string) => (...words: unknown[]) => void;
  };
  const tlsWrap = standInForTlsWrap(internalBinding);
  const standIns: Readonly<Record<string, Binding>> = {
    tls_wrap: tlsWrap.binding,
    js_stream: standInForJsStream(internalBinding),
  };
  const binding: InternalBinding = (name) => standIns[name] ?? internalBinding(name);
  for (const name of users) {
    const module = map.get(name);
    if (module === undefined) throw new TypeError(`Node has no module ${name}`);
    module.compileForInternalLoader = () => {
      if (module.loaded) return module.exports;
      module.loaded = true;
      compileFunction(name)(module.exports, load, module, process, binding, primordials);
      return module.exports;
    };
  }
  load('tls');
  return tlsWrap;
}

/** Node adds methods to the class when it loads the module; the real one is given them when the first connection is made. */
function standInForTlsWrap(internalBinding: InternalBinding): { binding: Binding; beReal: () => void } {
  class TLSWrap {}
  const binding: Binding = {
    TLSWrap,
    wrap: (handle: Parameters<typeof pretendedTls>[0]) => pretendedTls(handle, TLSWrap.prototype),
  };
  const beReal = () => {
    binding.wrap = (...words: unknown[]): unknown => {
      const real = internalBinding('tls_wrap') as { TLSWrap: typeof TLSWrap; wrap: (...words: unknown[]) => unknown };
      Object.assign(real.TLSWrap.prototype, TLSWrap.prototype);
      binding.wrap = real.wrap;
      return real.wrap(...words);
    };
  };
  return { binding, beReal };
}

function standInForJsStream(internalBinding: InternalBinding): Binding {
  function JSStream(...words: unknown[]): unknown {
    const real = internalBinding('js_stream') as { JSStream: new (...words: unknown[]) => object };
    return new real.JSStream(...words);
  }
  return { JSStream };
}
