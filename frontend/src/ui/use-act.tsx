import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useRef } from "react";
import { ApiError } from "@/api/problem";
import { ErrorNote } from "./ErrorNote";

type Options<R> = {
  /** What to say once it is done. */
  done?: string | ((result: R) => string);
  onDone?: (result: R) => void;
  /** Reads that this changes; everything when left out, because a fact here often moves figures elsewhere. */
  touches?: readonly QueryKey[];
  /** The caller shows the error itself, beside the field it belongs to. */
  quiet?: boolean;
};

/**
 * A change on the server. The same change asked again after an answer was lost carries the same Idempotency-Key, so that it happens
 * once; a different change, or one after an answer, gets a key of its own.
 */
export function useAct<V, R>(act: (variables: V, key: string) => Promise<R>, { done, onDone, touches, quiet }: Options<R> = {}) {
  const client = useQueryClient();
  const { notification, message } = App.useApp();
  const open = useRef<{ what: string; key: string } | null>(null);
  return useMutation({
    mutationFn: (variables: V) => {
      const what = JSON.stringify(variables) ?? "";
      if (open.current?.what !== what) open.current = { what, key: crypto.randomUUID() };
      return act(variables, open.current.key);
    },
    onSuccess: async (result) => {
      open.current = null;
      if (touches) await Promise.all(touches.map((queryKey) => client.invalidateQueries({ queryKey })));
      else await client.invalidateQueries();
      if (done) void message.success(typeof done === "string" ? done : done(result));
      onDone?.(result);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.refused) open.current = null;
      if (!quiet)
        notification.error({ title: null, icon: <span />, description: <ErrorNote error={error} compact />, duration: 12 });
    },
  });
}
