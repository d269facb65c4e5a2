package ruleset

import "io/fs"

// Split cuts files into documents, for tests.
func Split(fsys fs.FS) ([]Doc, error) { return split(fsys) }

// Join puts documents back into files.
func Join(docs []Doc) (fs.FS, error) { return fileset(join(docs)) }

// Inspect checks documents as one set.
func Inspect(docs []Doc) ([]Problem, error) {
	x, err := inspect(docs, "test")
	if err != nil {
		return nil, err
	}
	return x.problems, nil
}

// DiffDocs compares two sets of documents.
func DiffDocs(a, b []Doc) ([]DocDiff, error) { return diff(a, b) }

// Chosen tells whether a message belongs to a sample.
func Chosen(i, wanted, population int64) bool { return chosen(i, wanted, population) }
