import { FileOutlined, UploadOutlined } from "@ant-design/icons";
import { Button, Progress } from "antd";
import { useId, useRef, useState } from "react";
import { type Attachment, attachmentHref, uploadAttachment } from "@/api/attachments";
import { useText } from "@/i18n";
import { ErrorNote } from "./ErrorNote";
import { formatBytes } from "./time";

type Props = {
  value?: string;
  onChange?: (id: string | undefined) => void;
  purpose: string;
  accept?: string;
  label?: string;
  id?: string;
};

/** Uploads one file at once and keeps its id as the form's value; shows name, size and hash, which are the evidence. */
export function AttachmentUpload({ value, onChange, purpose, accept = ".pdf,.png,.jpg,.jpeg", label, id }: Props) {
  const { t } = useText();
  const own = useId();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<Attachment | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);

  const take = async (chosen: File | undefined) => {
    if (!chosen) return;
    setError(null);
    setShare(0);
    try {
      const stored = await uploadAttachment(chosen, purpose, (done, all) => setShare(all ? done / all : 0));
      setFile(stored);
      onChange?.(stored.id);
    } catch (e) {
      setError(e);
    } finally {
      setShare(null);
      if (input.current) input.current.value = "";
    }
  };

  return (
    <div
      className="attach"
      onDragOver={(e) => e.preventDefault()}
      onDrop={(e) => {
        e.preventDefault();
        e.stopPropagation();
        void take(e.dataTransfer.files[0]);
      }}
    >
      <input
        ref={input}
        id={id ?? own}
        className="sr-only"
        type="file"
        accept={accept}
        aria-label={label ?? t("ui.attach.choose")}
        onChange={(e) => void take(e.target.files?.[0])}
      />
      <Button icon={<UploadOutlined />} loading={share !== null} onClick={() => input.current?.click()} aria-hidden tabIndex={-1}>
        {value ? t("ui.attach.replace") : t("ui.attach.choose")}
      </Button>
      {!value && share === null && <span className="meta">{t("ui.attach.hint")}</span>}
      {share !== null && <Progress percent={Math.round(share * 100)} size="small" />}
      {file && value === file.id && <AttachmentLink file={file} />}
      <ErrorNote error={error} compact />
    </div>
  );
}

export function AttachmentLink({ file }: { file: Pick<Attachment, "id" | "name"> & Partial<Attachment> }) {
  return (
    <a
      className="attach-link"
      href={attachmentHref(file.id)}
      target="_blank"
      rel="noreferrer"
      title={file.sha256 ? `SHA-256 ${file.sha256}` : undefined}
    >
      <FileOutlined aria-hidden /> {file.name}
      {file.size !== undefined && <span className="meta"> {formatBytes(file.size)}</span>}
      {file.sha256 && <code className="meta mono"> {file.sha256.slice(0, 8)}</code>}
    </a>
  );
}
