# Helm from its Go module, to check the chart: nothing here is needed to run sekisho. Included by the Makefile.
HELM_VERSION := v3.18.6
HELM := $(BIN)/helm
# What Helm 3.18 asks for.
HAVE_GO := $(shell go version 2>/dev/null | grep -E 'go1\.(2[4-9]|[3-9][0-9])')

.PHONY: helm chart
helm: $(HELM) ## build Helm into .venv/bin, to check the chart (Go 1.24 or newer; a minute or two)

$(HELM): | install
	@$(if $(HAVE_GO),,echo "Helm is built from its Go module: install Go 1.24 or newer" >&2; exit 1)
	GOBIN=$(abspath $(BIN)) GOFLAGS=-buildvcs=false go install helm.sh/helm/v3/cmd/helm@$(HELM_VERSION)

chart: $(HELM) ## check the Helm chart, render it and package it into dist/
	$(BIN)/python -m pytest -q tests/deploy/test_chart.py
	$(HELM) package deploy/helm/sekisho --destination dist
