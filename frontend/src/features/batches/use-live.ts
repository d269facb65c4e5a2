import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { batchEventsHref, batchQuery } from "@/api/batches";

/**
 * Follows a batch that is on its way. The stream sends the snapshot first and then every change; the browser reconnects by itself
 * with the number of the last one. Where streams don't get through, the page asks again every three seconds.
 */
export function useLiveBatch(id: string, moving: boolean): { polling: boolean } {
  const client = useQueryClient();
  const [polling, setPolling] = useState(false);
  useEffect(() => {
    if (!moving) return;
    const stream = new EventSource(batchEventsHref(id));
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A change may come many times a second; one read a second is enough for eyes.
    const refresh = () => {
      setPolling(false);
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: batchQuery(id).queryKey });
      }, 600);
    };
    for (const name of ["message", "snapshot", "progress", "state", "batch"]) stream.addEventListener(name, refresh);
    stream.onerror = () => setPolling(true);
    return () => {
      stream.close();
      clearTimeout(timer);
    };
  }, [id, moving, client]);
  return { polling };
}
