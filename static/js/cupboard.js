/*
 * A database of this browser. `cupboard(name, {store: key})` returns a function that does one thing to one store and
 * gives back what came of it; the database is made when it is first asked for, and never held open.
 */
const VERSION = 1;

export function cupboard(name, stores) {
  function opened() {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(name, VERSION);
      opening.onupgradeneeded = () => {
        for (const [store, keyPath] of Object.entries(stores)) opening.result.createObjectStore(store, { keyPath });
      };
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
  }

  return async function using(store, mode, action) {
    const database = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const change = database.transaction(store, mode);
        const asked = action(change.objectStore(store));
        change.oncomplete = () => resolve(asked.result);
        change.onerror = () => reject(change.error);
        change.onabort = () => reject(change.error);
      });
    } finally {
      database.close();
    }
  };
}
